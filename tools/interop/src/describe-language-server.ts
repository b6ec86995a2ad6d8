import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Position, Range } from "vscode-languageserver-protocol";
import {
	type LanguageServer,
	type LanguageServerSetup,
	startLanguageServer,
} from "./language-server.ts";
import { lateAnswer } from "./late-answer.ts";

export interface ExpectedDiagnostic {
	readonly message: string | RegExp;
	readonly range: Range;
}

/** What a server must say of its document. */
export interface Expected {
	/** One of the diagnostics, unless that is a test of its own. */
	readonly diagnostic?: ExpectedDiagnostic;
	/** One of the completions at a position. */
	readonly completion: { readonly position: Position; readonly label: string };
	/** What is told of the word at a position. */
	readonly hover: { readonly position: Position; readonly text: string };
}

/** Describes what holds for every language server, and then what `more` says, in one session. */
export function describeLanguageServer(
	name: string,
	setup: LanguageServerSetup,
	expected: Expected,
	more: (session: () => LanguageServer) => void,
): void {
	describe(name, () => {
		let session: LanguageServer;
		beforeAll(async () => {
			session = await startLanguageServer(setup);
		}, 30_000);
		afterAll(() => session?.[Symbol.asyncDispose]());

		const at = (position: Position) => ({
			textDocument: { uri: session.uri },
			position,
		});
		const hover = async () => {
			const position = at(expected.hover.position);
			return JSON.stringify(
				await session.peer.request("textDocument/hover", position),
			);
		};

		if (expected.diagnostic !== undefined)
			testDiagnostic(() => session, expected.diagnostic);

		test("completes what was begun", async () => {
			const { position, label } = expected.completion;
			const answer = await session.peer.request(
				"textDocument/completion",
				at(position),
			);
			const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
			expect(items.map((item) => item.label.trim())).toContain(label);
		});

		test("answers many calls at once, each with its own", async () => {
			const answers = await Promise.all(Array.from({ length: 20 }, hover));
			for (const answer of answers)
				expect(answer).toContain(expected.hover.text);
		});

		test("answers a method that it does not have with -32601", async () => {
			await expect(
				session.peer.request("framewright/unknown", {}),
			).rejects.toMatchObject({ name: "ResponseError", code: -32601 });
		});

		test("answers a cancelled call, which has rejected with its reason, and goes on", async () => {
			const reason = new Error("Typed on");
			const abort = new AbortController();
			const call = session.peer.request(
				"textDocument/completion",
				at(expected.completion.position),
				{ signal: abort.signal },
			);
			abort.abort(reason);
			await expect(call).rejects.toBe(reason);
			const answer = await lateAnswer(session.faults);
			// The specification leaves it to the server whether a result still comes.
			if (answer.kind === "error") expect(answer.error.code).toBe(-32800);
			expect(await hover()).toContain(expected.hover.text);
		});

		more(() => session);

		test("sends nothing that the peer has to step over", () => {
			expect(session.faults).toEqual([]);
		});

		test("shuts down, and exits with 0", async () => {
			const { peer, child } = session;
			expect(await peer.request("shutdown")).toBeNull();
			peer.notify("exit");
			// Our end comes first, or the system would tell of a pipe whose reader is gone.
			await peer.close();
			expect(await child.ended, child.said()).toBe(0);
			await peer.closed;
		});
	});
}

/** Tests that an error of the document is told. */
export function testDiagnostic(
	session: () => LanguageServer,
	{ message, range }: ExpectedDiagnostic,
): void {
	test("tells of the document's error where it is", async () => {
		expect(await session().diagnostics()).toContainEqual(
			expect.objectContaining({
				message: expect.stringMatching(message),
				range,
			}),
		);
	});
}
