import {
	type IncomingCall,
	lsp,
	mcp,
	PeerError,
	ResponseError,
} from "@framewright/json-rpc-peer";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
	error,
	gate,
	notification,
	request,
	result,
	settled,
	setup,
} from "./text-end.ts";

const CANCELLED = error(1, -32800, "Request cancelled");

/** A handler that ends with the reason of its signal. */
function untilAborted(_: unknown, { signal }: IncomingCall): Promise<unknown> {
	return new Promise((_, reject) => {
		signal.addEventListener("abort", () => reject(signal.reason));
	});
}

describe("in LSP, cancelling a call of ours", () => {
	test("sends $/cancelRequest with its id, once", async () => {
		const { peer, sent, receive, faults } = setup({ dialect: lsp });
		const controller = new AbortController();
		const call = peer.request("m", {}, { signal: controller.signal });
		controller.abort();
		await expect(call).rejects.toMatchObject({ name: "AbortError" });
		expect(sent).toEqual([
			request(1, "m", {}),
			notification("$/cancelRequest", { id: 1 }),
		]);
		// The answer that must come nevertheless.
		receive(CANCELLED);
		await settled();
		expect(faults).toMatchObject([{ kind: "error", id: 1 }]);
	});

	test("sends nothing for a call that never went out, or was answered", async () => {
		const { peer, sent, receive } = setup({ dialect: lsp });
		const controller = new AbortController();
		const { signal } = controller;
		const call = peer.request("m", {}, { signal });
		receive(result(1));
		await call;
		await peer.request("m", [1n], { signal }).catch(() => {});
		controller.abort();
		await peer.request("m", {}, { signal }).catch(() => {});
		expect(sent).toEqual([request(1, "m", {})]);
	});

	test("sends nothing for a call that is taken back while its batch is built", async () => {
		const { peer, sent } = setup({ dialect: lsp });
		const controller = new AbortController();
		const [gone] = peer.batch((batch) => {
			const calls = [
				batch.request("gone", {}, { signal: controller.signal }),
				batch.request("stays"),
			];
			controller.abort();
			return calls;
		});
		await expect(gone).rejects.toMatchObject({ name: "AbortError" });
		expect(sent).toEqual([`[${request(2, "stays")}]`]);
	});
});

describe("in LSP, a cancelled request of the remote's", () => {
	const cancel = (id: unknown): string =>
		notification("$/cancelRequest", { id });

	test("that runs is answered with -32800 when its handler stops", async () => {
		const { receive, sent, faults } = setup({
			dialect: lsp,
			handlers: { m: untilAborted },
		});
		receive(request(1, "m"), cancel(1));
		await settled();
		expect(sent).toEqual([CANCELLED]);
		expect(faults).toEqual([]);
	});

	test("that runs may still be answered with a result, or an error of its own", async () => {
		const { handler, open, fail, calls } = gate();
		const { receive, sent } = setup({
			dialect: lsp,
			handlers: { m: handler },
		});
		receive(request(1, "m"), request(2, "m"), cancel(1), cancel(2));
		await settled();
		expect(calls[0]?.signal.reason).toBeInstanceOf(PeerError);
		expect(calls[0]?.signal.reason).toMatchObject({
			code: "cancelled",
			message: 'The caller cancelled "m"',
		});
		await open("partial");
		await fail(new ResponseError(-32801, "Content modified"));
		expect(sent).toEqual([
			result(1, "partial"),
			error(2, -32801, "Content modified"),
		]);
	});

	test("that waits is answered at once, and never runs", async () => {
		const { handler, calls, open } = gate();
		const { receive, sent } = setup({
			dialect: lsp,
			concurrency: 1,
			handlers: { m: handler },
		});
		receive(request(0, "m"), request(1, "m"), request(2, "m"), cancel(1));
		await settled();
		expect(sent).toEqual([CANCELLED]);
		await open();
		await open();
		expect(calls.map(({ id }) => id)).toEqual([0, 2]);
		expect(sent).toEqual([CANCELLED, result(0), result(2)]);
	});

	test("is found by its very id", async () => {
		const { handler, calls } = gate();
		const { receive, peer } = setup({ dialect: lsp, handlers: { m: handler } });
		receive(
			request(1, "m"),
			request("1", "m"),
			'{"jsonrpc":"2.0","id":2.0,"method":"m"}',
			'{"jsonrpc":"2.0","id":9007199254740993,"method":"m"}',
			cancel("1"),
			'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":2.0}}',
			'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":9007199254740993}}',
		);
		await settled();
		expect(calls.map(({ signal }) => signal.aborted)).toEqual([
			false,
			true,
			true,
			true,
		]);
		peer.abort();
	});

	test("cancelled twice, after its answer, or by nonsense is no trouble", async () => {
		const { receive, sent, faults } = setup({
			dialect: lsp,
			handlers: { m: untilAborted },
		});
		receive(
			cancel(1),
			request(1, "m"),
			cancel(1),
			cancel(1),
			cancel("toString"),
			cancel({}),
			cancel(null),
			notification("$/cancelRequest", [1]),
			notification("$/cancelRequest"),
		);
		await settled();
		receive(cancel(1));
		await settled();
		expect(sent).toEqual([CANCELLED]);
		expect(faults).toEqual([]);
	});

	test("is not known without a dialect: it is a notification like any other", async () => {
		const seen: unknown[] = [];
		const { receive } = setup({
			handlers: { "$/cancelRequest": (params: unknown) => seen.push(params) },
		});
		receive(cancel(1));
		await settled();
		expect(seen).toEqual([{ id: 1 }]);
	});
});

describe("in MCP, cancelling a call of ours", () => {
	test("sends notifications/cancelled with its id and the reason", async () => {
		const { peer, sent } = setup({ dialect: mcp });
		const controller = new AbortController();
		const { signal } = controller;
		const calls = [
			peer.request("tools/call", {}, { signal }),
			peer.request("tools/list", {}, { timeout: 1 }),
		];
		controller.abort("User pressed Escape");
		await Promise.allSettled(calls);
		expect(sent.slice(2)).toEqual([
			notification("notifications/cancelled", {
				requestId: 1,
				reason: "User pressed Escape",
			}),
			notification("notifications/cancelled", {
				requestId: 2,
				reason: 'No answer to "tools/list" in 1 ms',
			}),
		]);
	});

	test("does not cancel initialize, which must not be", async () => {
		const { peer, sent } = setup({ dialect: mcp });
		const call = peer.request("initialize", {}, { timeout: 1 });
		await expect(call).rejects.toMatchObject({ code: "timeout" });
		expect(sent).toHaveLength(1);
	});
});

describe("in MCP, a cancelled request of the remote's", () => {
	const cancel = (requestId: unknown, reason?: string): string =>
		notification("notifications/cancelled", { requestId, reason });

	test("is not answered, whatever its handler does", async () => {
		const { handler, open, fail, calls } = gate();
		const { receive, sent, faults } = setup({
			dialect: mcp,
			handlers: { m: handler },
		});
		receive(
			request(1, "m"),
			request(2, "m"),
			request(3, "m"),
			cancel(1, "Escape"),
			cancel(2),
			cancel(3),
		);
		await settled();
		expect(calls[0]?.signal.reason).toMatchObject({
			code: "cancelled",
			message: 'The caller cancelled "m": Escape',
		});
		await open("result");
		await fail(new Error("failed"));
		await fail(new ResponseError(1, "no"));
		expect(sent).toEqual([]);
		expect(faults).toEqual([]);
	});

	test("that waits never runs", async () => {
		const { handler, calls, open } = gate();
		const { receive, sent } = setup({
			dialect: mcp,
			concurrency: 1,
			handlers: { m: handler },
		});
		receive(request(1, "m"), request(2, "m"), cancel(2));
		await settled();
		await open();
		expect(calls).toHaveLength(1);
		expect(sent).toEqual([result(1)]);
	});

	test("leaves its id free, and its room taken until its handler ends", async () => {
		const { handler, calls, open } = gate();
		const { receive, sent } = setup({
			dialect: mcp,
			concurrency: 1,
			handlers: { m: handler },
		});
		receive(request(1, "m"), cancel(1), request(1, "m"));
		await settled();
		expect(calls).toHaveLength(1);
		await open("dropped");
		await open("second");
		expect(sent).toEqual([result(1, "second")]);
	});

	test("is answered all the same if it is initialize", async () => {
		const { handler, open } = gate();
		const { receive, sent } = setup({
			dialect: mcp,
			handlers: { initialize: handler },
		});
		receive(request(1, "initialize"), cancel(1));
		await settled();
		await open({});
		expect(sent).toEqual([result(1, {})]);
	});

	test("that a batch of its own cancels does not hold up the batch (upstash/context7 #3076)", async () => {
		const { receive, sent, peer } = setup({
			dialect: mcp,
			handlers: { m: untilAborted, quick: () => "quick" },
		});
		receive(
			`[${request(1, "m")},${cancel(1)}]`,
			`[${request(2, "m")},${request(3, "quick")},${cancel(2)}]`,
			request(4, "quick"),
		);
		await settled();
		expect(sent).toEqual([`[${result(3, "quick")}]`, result(4, "quick")]);
		await peer.close(); // Nothing is left under way.
	});
});

describe("in LSP, a batch that cancels a request of its own", () => {
	test("is answered with -32800 for it", async () => {
		const { receive, sent } = setup({
			dialect: lsp,
			handlers: { m: untilAborted, quick: () => "quick" },
		});
		receive(
			`[${request(1, "m")},${request(2, "quick")},${notification("$/cancelRequest", { id: 1 })}]`,
		);
		await settled();
		expect(sent).toEqual([`[${result(2, "quick")},${CANCELLED}]`]);
	});
});

describe("progress", () => {
	test("in LSP goes by workDoneToken and partialResultToken", async () => {
		const { peer, sent, receive } = setup({ dialect: lsp });
		const progress: unknown[] = [];
		const parts: unknown[] = [];
		const call = peer.request(
			"textDocument/references",
			{ position: 1 },
			{
				onProgress: (value) => progress.push(value),
				onPartialResult: (value) => parts.push(value),
			},
		);
		const { params } = JSON.parse(sent[0] ?? "");
		const { workDoneToken, partialResultToken, ...rest } = params;
		expect(rest).toEqual({ position: 1 });
		expect(workDoneToken).not.toBe(partialResultToken);
		const told = (token: unknown, value: unknown): string =>
			notification("$/progress", { token, value });
		receive(
			told(workDoneToken, { kind: "begin", title: "Searching" }),
			told(partialResultToken, ["a"]),
			told(`${workDoneToken}`, "the token of somebody else"),
			told(workDoneToken, { kind: "end" }),
			result(1, []),
			told(workDoneToken, "too late"),
		);
		expect(await call).toEqual([]);
		await settled();
		expect(progress).toEqual([
			{ kind: "begin", title: "Searching" },
			{ kind: "end" },
		]);
		expect(parts).toEqual([["a"]]);
	});

	test("in LSP is sent by the handler to whoever asked, until it has answered", async () => {
		const { handler, calls, open } = gate();
		const { receive, sent } = setup({
			dialect: lsp,
			handlers: { m: handler },
		});
		receive(
			request(1, "m", { workDoneToken: "w", partialResultToken: 7 }),
			request(2, "m", {}),
			notification("m", { workDoneToken: "n" }),
		);
		await settled();
		await calls[0]?.progress({ kind: "begin" });
		await calls[0]?.partialResult([1]);
		await calls[1]?.progress("nobody asked");
		await calls[2]?.progress("a notification has no progress");
		await open();
		await calls[0]?.progress("too late");
		expect(sent).toEqual([
			notification("$/progress", { token: "w", value: { kind: "begin" } }),
			notification("$/progress", { token: 7, value: [1] }),
			result(1),
		]);
	});

	test("can be taken out of the call, as a handler's argument", async () => {
		const { receive, sent } = setup({
			dialect: lsp,
			handlers: {
				async m(_: unknown, { progress, partialResult }: IncomingCall) {
					await progress(1);
					await partialResult(2);
				},
			},
		});
		const params = { workDoneToken: "w", partialResultToken: "p" };
		receive(request(1, "m", params));
		await settled();
		expect(sent).toEqual([
			notification("$/progress", { token: "w", value: 1 }),
			notification("$/progress", { token: "p", value: 2 }),
			result(1),
		]);
	});

	test("in LSP of a token that the server made goes to the handler", async () => {
		const seen: unknown[] = [];
		const { receive } = setup({
			dialect: lsp,
			handlers: { "$/progress": (params: unknown) => seen.push(params) },
		});
		receive(notification("$/progress", { token: "indexing", value: 1 }));
		receive(notification("$/progress", ["nonsense"]));
		await settled();
		expect(seen).toEqual([{ token: "indexing", value: 1 }, ["nonsense"]]);
	});

	test("in MCP goes by _meta.progressToken, beside what _meta has", async () => {
		const { peer, sent, receive } = setup({ dialect: mcp });
		const seen: unknown[] = [];
		const onProgress = (value: unknown): void => {
			seen.push(value);
		};
		const calls = [
			peer.request(
				"tools/call",
				{ name: "dig", _meta: { a: 1 } },
				{ onProgress },
			),
			peer.request("tools/list", undefined, { onProgress }),
		];
		expect(sent).toEqual([
			request(1, "tools/call", {
				name: "dig",
				_meta: { a: 1, progressToken: 1 },
			}),
			request(2, "tools/list", { _meta: { progressToken: 2 } }),
		]);
		receive(
			notification("notifications/progress", {
				progressToken: 1,
				progress: 2,
				total: 5,
				message: "Digging",
			}),
			result(1),
			result(2),
		);
		await Promise.all(calls);
		expect(seen).toEqual([{ progress: 2, total: 5, message: "Digging" }]);
	});

	test("in MCP is sent by the handler as an object, or a number for short", async () => {
		const { handler, calls, open } = gate();
		const { receive, sent } = setup({
			dialect: mcp,
			handlers: { m: handler },
		});
		receive(request(1, "m", { _meta: { progressToken: "t" } }));
		await settled();
		await calls[0]?.progress({ progress: 1, total: 2 });
		await calls[0]?.progress(2);
		await open();
		expect(sent.slice(0, 2).map((text) => JSON.parse(text))).toEqual([
			{
				jsonrpc: "2.0",
				method: "notifications/progress",
				params: { progressToken: "t", progress: 1, total: 2 },
			},
			{
				jsonrpc: "2.0",
				method: "notifications/progress",
				params: { progressToken: "t", progress: 2 },
			},
		]);
	});

	test("passes calls that wait", async () => {
		const { handler } = gate();
		const seen: unknown[] = [];
		const { peer, receive } = setup({
			dialect: lsp,
			concurrency: 1,
			handlers: { m: handler },
		});
		peer
			.request("theirs", {}, { onProgress: (v) => seen.push(v) })
			.catch(() => {});
		receive(
			request(1, "m"),
			request(2, "m"),
			notification("$/progress", { token: 1, value: "passed" }),
		);
		await settled();
		expect(seen).toEqual(["passed"]);
		peer.abort();
	});

	test("whose listener throws is a fault, and the call goes on", async () => {
		const { peer, receive, faults } = setup({ dialect: lsp });
		const call = peer.request(
			"m",
			{},
			{
				onProgress() {
					throw new Error("in the listener");
				},
			},
		);
		receive(notification("$/progress", { token: 1, value: 1 }), result(1));
		expect(await call).toBeNull();
		expect(faults).toMatchObject([
			{ kind: "failed", error: { message: "in the listener" } },
		]);
	});

	test("that cannot be asked for rejects the call: no dialect, or params in an array", async () => {
		const onProgress = (): void => {};
		const plain = setup();
		await expect(plain.peer.request("m", {}, { onProgress })).rejects.toThrow(
			TypeError,
		);
		await expect(
			plain.peer.request("m", {}, { resetTimeoutOnProgress: true }),
		).rejects.toThrow(TypeError);
		const { peer, sent } = setup({ dialect: lsp });
		await expect(peer.request("m", [], { onProgress })).rejects.toThrow(
			"Only params that are an object",
		);
		const other = setup({ dialect: mcp });
		await expect(
			other.peer.request("m", {}, { onPartialResult: onProgress }),
		).rejects.toThrow("MCP has no partial results");
		expect([...plain.sent, ...sent, ...other.sent]).toEqual([]);
	});

	test("goes through a raw codec", async () => {
		const { handler, calls, open } = gate();
		const { receive, sent, peer } = setup(
			{ dialect: lsp, handlers: { m: handler } },
			{ raw: true },
		);
		receive(request(1, "m", { workDoneToken: "w" }));
		await settled();
		await calls[0]?.progress("half");
		expect(sent).toEqual([
			notification("$/progress", { token: "w", value: "half" }),
		]);
		const seen: unknown[] = [];
		const call = peer.request("n", {}, { onProgress: (v) => seen.push(v) });
		receive(
			notification("$/progress", { token: 1, value: "seen" }),
			notification("$/cancelRequest", { id: 1 }),
			result(1, "x"),
		);
		expect(await call).toMatchObject({ text: '"x"' });
		expect(seen).toEqual(["seen"]);
		expect(calls[0]?.signal.aborted).toBe(true);
		await open();
	});
});

describe("a timeout that progress resets", () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	test.each([
		["with a listener", { onProgress: () => {} }],
		["without a listener", {}],
	])("counts from the last progress, %s", async (_, options) => {
		const { peer, receive } = setup({ dialect: lsp });
		const call = peer.request(
			"m",
			{},
			{ timeout: 100, resetTimeoutOnProgress: true, ...options },
		);
		const outcome = call.catch(({ code }) => code);
		for (let i = 0; i < 5; i++) {
			vi.advanceTimersByTime(99);
			receive(notification("$/progress", { token: 1, value: i }));
			await settled();
			expect(vi.getTimerCount()).toBe(1);
		}
		vi.advanceTimersByTime(100);
		expect(await outcome).toBe("timeout");
		expect(vi.getTimerCount()).toBe(0);
	});

	test("does not without the option", async () => {
		const { peer, receive } = setup({ dialect: lsp });
		const call = peer.request("m", {}, { timeout: 100, onProgress: () => {} });
		const outcome = call.catch(({ code }) => code);
		vi.advanceTimersByTime(99);
		receive(notification("$/progress", { token: 1, value: 1 }));
		await settled();
		vi.advanceTimersByTime(1);
		expect(await outcome).toBe("timeout");
	});
});
