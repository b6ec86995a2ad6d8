// A language server as they are in the wild: what it and its libraries print goes to the stdout that it speaks on.

import {
	createMessageConnection,
	StreamMessageReader,
	StreamMessageWriter,
} from "vscode-jsonrpc/node";

const connection = createMessageConnection(
	new StreamMessageReader(process.stdin),
	new StreamMessageWriter(process.stdout),
);

process.stdout.write("Loading 3 plugins\nWarning: deprecated\n");
connection.onRequest("initialize", () => {
	// No end of the line: the header of the answer begins in the middle of it.
	process.stdout.write("Indexing... 100%");
	return { capabilities: {} };
});
connection.onNotification("textDocument/didOpen", ({ textDocument }) => {
	process.stdout.write(Uint8Array.of(0xff, 0xfe, 0x0a));
	process.stdout.write('{"level":"info"}\n\n');
	connection.sendNotification("textDocument/publishDiagnostics", {
		uri: textDocument.uri,
		diagnostics: [
			{ range: { start: ORIGIN, end: ORIGIN }, message: "Too quiet" },
		],
	});
});
connection.onRequest("textDocument/hover", ({ position }) => {
	console.log("hover", position);
	return { contents: `line ${position.line}` };
});
connection.onRequest("shutdown", () => null);
connection.onNotification("exit", () => process.exit(0));
connection.listen();

const ORIGIN = { line: 0, character: 0 };
