// A server on vscode-jsonrpc that prints to the stdout that it speaks on.

import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Command } from "../src/child.ts";
import {
	type LanguageServer,
	startLanguageServer,
} from "../src/language-server.ts";

const command: Command = [
	process.execPath,
	fileURLToPath(new URL("../src/noisy-language-server.ts", import.meta.url)),
];
const document = { name: "a.txt", languageId: "plaintext", text: "a\n" };

describe("with resync, stray output", () => {
	let session: LanguageServer;
	beforeAll(async () => {
		const framing = { resync: true };
		session = await startLanguageServer({ command, document, framing });
	}, 30_000);
	afterAll(() => session?.[Symbol.asyncDispose]());

	test("does not keep diagnostics from coming", async () => {
		const [diagnostic] = await session.diagnostics();
		expect(diagnostic?.message).toBe("Too quiet");
	});

	test("does not keep any of many calls from being answered", async () => {
		const lines = Array.from({ length: 50 }, (_, line) => line);
		const hovers = await Promise.all(
			lines.map((line) =>
				session.peer.request("textDocument/hover", {
					textDocument: { uri: session.uri },
					position: { line, character: 0 },
				}),
			),
		);
		expect(hovers).toEqual(lines.map((line) => ({ contents: `line ${line}` })));
	});

	test("is told, byte for byte", async () => {
		const { peer, child, faults } = session;
		expect(await peer.request("shutdown")).toBeNull();
		peer.notify("exit");
		await peer.close();
		expect(await child.ended, child.said()).toBe(0);
		await peer.closed;
		const noise = faults.map((fault) =>
			fault.kind === "skipped"
				? Buffer.from(fault.bytes ?? []).toString("latin1")
				: fault.kind,
		);
		const hovers = Array.from(
			{ length: 50 },
			(_, line) => `hover { line: ${line}, character: 0 }\n`,
		);
		expect(noise.join("")).toBe(
			[
				"Loading 3 plugins\nWarning: deprecated\n",
				"Indexing... 100%",
				'\xff\xfe\n{"level":"info"}\n\n',
				...hovers,
			].join(""),
		);
	});
});

describe("without resync, stray output", () => {
	test("ends the connection where it begins", async () => {
		await expect(
			startLanguageServer({ command, document }),
		).rejects.toMatchObject({
			cause: { name: "DecodeError", code: "invalid-syntax", offset: 7 },
		});
	});
});
