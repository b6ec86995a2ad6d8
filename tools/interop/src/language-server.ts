import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stack } from "@framewright/codec";
import {
	type ContentLengthOptions,
	contentLength,
} from "@framewright/content-length";
import { jsonRpc } from "@framewright/json-rpc";
import {
	type Fault,
	jsonRpcPeer,
	lsp,
	type Peer,
	ResponseError,
} from "@framewright/json-rpc-peer";
import { nodeChannel } from "@framewright/streams/node";
import type {
	Diagnostic,
	InitializeResult,
} from "vscode-languageserver-protocol";
import { type Child, type Command, startChild } from "./child.ts";
import { languageClient, languageServer } from "./language-server-contract.ts";
import { until } from "./until.ts";

/** How to start a language server, and the document that it is asked about. */
export interface LanguageServerSetup {
	readonly command: Command;
	readonly document: {
		readonly name: string;
		readonly languageId: string;
		readonly text: string;
	};
	readonly initializationOptions?: object;
	/** Answers `workspace/configuration`, section by section. */
	readonly configuration?: (section: string | undefined) => unknown;
	/** Sent as `workspace/didChangeConfiguration` when the server is initialized. */
	readonly settings?: object;
	/** Answers `vscode/content`. */
	readonly content?: (uri: string) => string;
	/** More files beside the document, by name. */
	readonly files?: Readonly<Record<string, string>>;
	readonly framing?: ContentLengthOptions;
}

/** A session with a language server: initialized, with one document open. */
export interface LanguageServer extends AsyncDisposable {
	readonly peer: Peer<typeof languageServer, typeof languageClient>;
	readonly child: Child;
	readonly initialized: InitializeResult;
	readonly uri: string;
	/** The requests that the server made of us, by method. */
	readonly asked: readonly string[];
	/** The kinds of progress that it told of its own accord: begin, report, end. */
	readonly progress: readonly string[];
	/** What the peer had to step over. */
	readonly faults: Fault[];
	/** Waits for the document's diagnostics; servers may publish none at first, while they are still reading. */
	diagnostics(): Promise<readonly Diagnostic[]>;
}

export async function startLanguageServer(
	setup: LanguageServerSetup,
): Promise<LanguageServer> {
	const { name, languageId, text } = setup.document;
	const folder = await mkdtemp(join(tmpdir(), "framewright-interop-"));
	for (const [file, content] of Object.entries({
		...setup.files,
		[name]: text,
	}))
		await writeFile(join(folder, file), content);
	const uri = pathToFileURL(join(folder, name)).href;
	const child = startChild(setup.command, {
		lifetime: 60_000,
		cwd: folder,
		// It is killed in the end, perhaps while it writes to its cache, and must not leave half a file in the user's.
		env: { XDG_CACHE_HOME: join(folder, ".cache") },
	});
	const dispose = async (): Promise<void> => {
		await child[Symbol.asyncDispose]();
		await rm(folder, { recursive: true, force: true });
	};
	const asked: string[] = [];
	const progress: string[] = [];
	const faults: Fault[] = [];
	const published = new Map<string, readonly Diagnostic[]>();
	const { stdout, stdin } = child.process;
	const peer = jsonRpcPeer(
		nodeChannel(
			{ readable: stdout, writable: stdin },
			stack(contentLength(setup.framing), jsonRpc()),
		),
		{
			remote: languageServer,
			local: languageClient,
			dialect: lsp,
			timeout: 20_000,
			onFault: (fault) => faults.push(fault),
			middleware: [
				(call, next) => {
					if (call.id !== undefined) asked.push(call.method);
					return next();
				},
			],
			handlers: {
				"workspace/configuration": ({ items }) =>
					items.map(({ section }) => setup.configuration?.(section) ?? null),
				"client/registerCapability": () => null,
				"window/workDoneProgress/create": () => null,
				"vscode/content"([uri]) {
					if (setup.content !== undefined) return setup.content(uri);
					throw new ResponseError(-32603, `There is no ${uri}`);
				},
				"$/progress"({ value }) {
					progress.push(value.kind);
				},
				"textDocument/publishDiagnostics"({ uri, diagnostics }) {
					published.set(uri, diagnostics);
				},
			},
		},
	);
	try {
		const initialized = await peer.request("initialize", {
			processId: process.pid,
			rootUri: pathToFileURL(folder).href,
			workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "interop" }],
			capabilities,
			initializationOptions: setup.initializationOptions,
		});
		await peer.notify("initialized", {});
		if (setup.settings !== undefined)
			await peer.notify("workspace/didChangeConfiguration", {
				settings: setup.settings,
			});
		await peer.notify("textDocument/didOpen", {
			textDocument: { uri, languageId, version: 1, text },
		});
		return {
			peer,
			child,
			initialized,
			uri,
			asked,
			progress,
			faults,
			diagnostics: () =>
				until(`Diagnostics of ${name}`, () => {
					const diagnostics = published.get(uri) ?? [];
					return diagnostics.length > 0 ? diagnostics : undefined;
				}),
			[Symbol.asyncDispose]: dispose,
		};
	} catch (error) {
		await dispose();
		throw new Error(`The server did not start: ${child.said()}`, {
			cause: error,
		});
	}
}

const capabilities = {
	workspace: {
		configuration: true,
		workspaceFolders: true,
		didChangeConfiguration: { dynamicRegistration: true },
	},
	textDocument: {
		synchronization: {},
		publishDiagnostics: { relatedInformation: true },
		completion: { completionItem: { snippetSupport: false } },
		hover: { contentFormat: ["plaintext" as const] },
	},
	window: { workDoneProgress: true },
};
