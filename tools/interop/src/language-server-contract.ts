import { contract, method, notification } from "@framewright/json-rpc-peer";
import type {
	CompletionItem,
	CompletionList,
	CompletionParams,
	ConfigurationParams,
	DidChangeConfigurationParams,
	DidOpenTextDocumentParams,
	Hover,
	HoverParams,
	InitializedParams,
	InitializeParams,
	InitializeResult,
	LogMessageParams,
	PublishDiagnosticsParams,
	RegistrationParams,
	ShowMessageParams,
	WorkDoneProgressBegin,
	WorkDoneProgressCreateParams,
	WorkDoneProgressEnd,
	WorkDoneProgressReport,
} from "vscode-languageserver-protocol";

/** What the tests ask of a language server; the types are Microsoft's. */
export const languageServer = contract({
	methods: {
		initialize: method<InitializeParams, InitializeResult>(),
		"textDocument/completion": method<
			CompletionParams,
			CompletionItem[] | CompletionList | null
		>(),
		"textDocument/hover": method<HoverParams, Hover | null>(),
		// No server has it: what it answers is a test.
		"framewright/unknown": method<object, never>(),
		shutdown: method<undefined, null>(),
	},
	notifications: {
		initialized: notification<InitializedParams>(),
		"workspace/didChangeConfiguration":
			notification<DidChangeConfigurationParams>(),
		"textDocument/didOpen": notification<DidOpenTextDocumentParams>(),
		exit: notification(),
	},
});

/** Progress of the server's own, with a token that it made. */
interface WorkDone {
	readonly token: string | number;
	readonly value:
		| WorkDoneProgressBegin
		| WorkDoneProgressReport
		| WorkDoneProgressEnd;
}

/** What language servers ask of us. */
export const languageClient = contract({
	methods: {
		"workspace/configuration": method<ConfigurationParams, unknown[]>(),
		"client/registerCapability": method<RegistrationParams, null>(),
		"window/workDoneProgress/create": method<
			WorkDoneProgressCreateParams,
			null
		>(),
		// VS Code's own: the content of a schema that the server cannot read itself.
		"vscode/content": method<[uri: string], string>(),
	},
	notifications: {
		"textDocument/publishDiagnostics": notification<PublishDiagnosticsParams>(),
		"window/logMessage": notification<LogMessageParams>(),
		"window/showMessage": notification<ShowMessageParams>(),
		"$/progress": notification<WorkDone>(),
	},
});
