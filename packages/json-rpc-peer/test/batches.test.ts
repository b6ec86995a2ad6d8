import { PeerError, ResponseError } from "@framewright/json-rpc-peer";
import { describe, expect, test } from "vitest";
import {
	error,
	gate,
	notification,
	request,
	result,
	settled,
	setup,
} from "./text-end.ts";

describe("a batch of ours", () => {
	test("goes out as one array, in order, when its function returns", async () => {
		const { peer, sent, receive } = setup();
		const sums = peer.batch((batch) => {
			const first = batch.request("add", [1, 2]);
			batch.notify("log", { text: "between" });
			const second = batch.request("add", [3, 4]);
			expect(sent).toEqual([]);
			return Promise.all([first, second]);
		});
		expect(sent).toEqual([
			`[${request(1, "add", [1, 2])},${notification("log", { text: "between" })},${request(2, "add", [3, 4])}]`,
		]);
		// By their ids, not their places (viem takes the places).
		receive(`[${result(2, 7)},${result(1, 3)}]`);
		expect(await sums).toEqual([3, 7]);
	});

	test("of nothing sends nothing", () => {
		const { peer, sent } = setup();
		expect(peer.batch(() => "returned")).toBe("returned");
		expect(sent).toEqual([]);
	});

	test("of notifications has no answer", async () => {
		const { peer, sent } = setup();
		peer.batch((batch) => {
			batch.notify("a");
			batch.notify("b");
		});
		expect(sent).toEqual([`[${notification("a")},${notification("b")}]`]);
		await peer.close();
	});

	test("that has a response missing rejects that call alone", async () => {
		const { peer, receive } = setup();
		const calls = peer.batch((b) => [
			b.request("a"),
			b.request("b"),
			b.request("c"),
		]);
		receive(`[${result(3, "c")},${result(1, "a")}]`);
		const [a, b, c] = await Promise.allSettled(calls);
		expect(a).toMatchObject({ value: "a" });
		expect(c).toMatchObject({ value: "c" });
		expect(b).toMatchObject({
			reason: {
				name: "PeerError",
				code: "unanswered",
				message: 'The answer to the batch has none to "b"',
			},
		});
	});

	test("that has an error without an id in a response's place names it as the cause", async () => {
		const { peer, receive, faults } = setup();
		const calls = peer.batch((b) => [b.request("a"), b.request("b")]);
		receive(`[${error(null, -32600, "Invalid Request")},${result(2)}]`);
		const reason = await calls[0]?.catch((reason: unknown) => reason);
		expect(reason).toBeInstanceOf(PeerError);
		expect(reason).toMatchObject({ code: "unanswered" });
		expect((reason as PeerError).cause).toBeInstanceOf(ResponseError);
		expect((reason as PeerError).cause).toMatchObject({ code: -32600 });
		expect(faults).toMatchObject([{ kind: "error", id: null }]);
	});

	test("that is answered twice for one call takes the first, and faults the other", async () => {
		const { peer, receive, faults } = setup();
		const calls = peer.batch((b) => [b.request("a"), b.request("b")]);
		receive(`[${result(1, "a")},${result(1, "again")},${result(2, "b")}]`);
		expect(await Promise.all(calls)).toEqual(["a", "b"]);
		expect(faults).toEqual([{ kind: "success", id: 1, result: "again" }]);
	});

	test.each([
		["one object", error(null, -32600, "Batches are not supported")],
		[
			"an array of one",
			`[${error(null, -32600, "Batches are not supported")}]`,
		],
	])(
		"that is refused as a whole, with %s, rejects all its calls",
		async (_, refusal) => {
			const { peer, receive, faults } = setup();
			const other = peer.request("other");
			const calls = peer.batch((b) => [b.request("a"), b.request("b")]);
			receive(refusal);
			for (const call of calls)
				await expect(call).rejects.toMatchObject({
					name: "ResponseError",
					code: -32600,
					message: "Batches are not supported",
				});
			receive(result(1, "goes on"));
			expect(await other).toBe("goes on");
			expect(faults).toEqual([]);
		},
	);

	test("among several is not taken for the refused one: nobody knows which it was", async () => {
		const { peer, receive, faults } = setup();
		const calls = [1, 2].map(() => peer.batch((b) => b.request("a")));
		receive(error(null, -32600, "Invalid Request"));
		receive(`[${result(1)}]`, `[${result(2)}]`);
		expect(await Promise.all(calls)).toEqual([null, null]);
		expect(faults).toMatchObject([{ kind: "error", id: null }]);
	});

	test("may be answered one by one, by lenient servers", async () => {
		const { peer, receive } = setup();
		const calls = peer.batch((b) => [b.request("a"), b.request("b")]);
		receive(result(2, "b"), result(1, "a"));
		expect(await Promise.all(calls)).toEqual(["a", "b"]);
	});

	test("is not disturbed by the answers to another batch, or to single calls", async () => {
		const { peer, receive } = setup();
		const first = peer.batch((b) => [b.request("a"), b.request("b")]);
		const second = peer.batch((b) => [b.request("c")]);
		const single = peer.request("d");
		receive(
			`[${result(3, "c")},${result(4, "d")}]`,
			`[${result(1, "a")},${result(2, "b")}]`,
		);
		expect(await Promise.all([...first, ...second, single])).toEqual([
			"a",
			"b",
			"c",
			"d",
		]);
	});

	test("does not miss calls that were taken back", async () => {
		const { peer, receive, faults } = setup();
		const controller = new AbortController();
		const calls = peer.batch((b) => [
			b.request("a", [], { signal: controller.signal }),
			b.request("b"),
		]);
		controller.abort("enough");
		receive(`[${result(1)},${result(2)}]`);
		await expect(calls[0]).rejects.toBe("enough");
		expect(await calls[1]).toBeNull();
		expect(faults).toMatchObject([{ kind: "success", id: 1 }]);
	});

	test("that cannot be written rejects all its calls", async () => {
		const { peer, sent, faults } = setup();
		const calls = peer.batch((b) => [b.request("a", [1n]), b.request("b")]);
		for (const call of calls) await expect(call).rejects.toThrow(TypeError);
		expect(sent).toEqual([]);
		peer.batch((b) => b.notify("a", [1n]));
		await settled();
		expect(faults).toMatchObject([{ kind: "failed" }]);
	});

	test("whose function throws is not sent, and its calls are gone", async () => {
		const { peer, sent } = setup();
		const thrown = new Error("while building");
		expect(() =>
			peer.batch((b) => {
				b.request("a");
				throw thrown;
			}),
		).toThrow(thrown);
		expect(sent).toEqual([]);
		await peer.close(); // No call is left, and no unhandled rejection.
	});

	test("takes nothing after its function has returned", async () => {
		const { peer, sent } = setup();
		const batch = peer.batch((b) => b);
		await expect(batch.request("late")).rejects.toThrow("was sent when");
		expect(() => batch.notify("late")).toThrow("was sent when");
		expect(sent).toEqual([]);
		await peer.close();
	});

	test("may not be larger than the codec allows", async () => {
		const { peer } = setup({}, { maxBatch: 2 });
		const calls = peer.batch((b) => [1, 2, 3].map(() => b.request("a")));
		for (const call of calls) await expect(call).rejects.toThrow(RangeError);
	});
});

describe("a batch of the remote's", () => {
	const handlers = {
		echo: (params: unknown) => params,
		bigint: () => 1n,
		large: () => "x".repeat(400),
		medium: () => "x".repeat(150),
	};

	test("is answered with one array when all is done", async () => {
		const { handler, open } = gate();
		const { receive, sent } = setup({ handlers: { ...handlers, m: handler } });
		receive(
			`[${request(1, "m")},${request(2, "echo", [2])},${request(3, "m")}]`,
		);
		await settled();
		await open("a");
		expect(sent).toEqual([]);
		await open("c");
		expect(sent).toEqual([
			`[${result(2, [2])},${result(1, "a")},${result(3, "c")}]`,
		]);
	});

	test("may have responses in it, which settle our calls", async () => {
		const { peer, receive, sent } = setup({ handlers });
		const calls = [peer.request("a"), peer.request("b")];
		sent.length = 0;
		receive(
			`[${result(1, "A")},${request(7, "echo", [7])},${error(2, 1, "no")},1]`,
		);
		expect(await calls[0]).toBe("A");
		await expect(calls[1]).rejects.toMatchObject({ code: 1 });
		await settled();
		expect(sent).toEqual([
			`[${error(null, -32600, "Invalid Request")},${result(7, [7])}]`,
		]);
	});

	test("runs through the middleware, item by item (stacklok/toolhive #5931)", async () => {
		const seen: string[] = [];
		const { receive } = setup({
			handlers,
			middleware: [
				(call, next) => {
					seen.push(call.method);
					return next();
				},
			],
		});
		receive(
			`[${request(1, "echo")},${notification("echo")},${request(2, "no")}]`,
		);
		await settled();
		expect(seen).toEqual(["echo", "echo", "no"]);
	});

	test("replaces only those answers that cannot be written", async () => {
		const { receive, sent, faults } = setup({ handlers });
		receive(`[${request(1, "echo", [1])},${request(2, "bigint")}]`);
		await settled();
		expect(sent).toEqual([
			`[${result(1, [1])},${error(2, -32603, "Internal error")}]`,
		]);
		expect(faults).toMatchObject([{ kind: "failed", error: {} }]);
	});

	test("replaces three of these, and not one more", async () => {
		const { receive, sent } = setup({ handlers });
		const calls = ["bigint", "echo", "bigint", "medium", "bigint"];
		receive(`[${calls.map((method, id) => request(id, method, [])).join()}]`);
		await settled();
		const internal = (id: number): string =>
			error(id, -32603, "Internal error");
		expect(sent).toEqual([
			`[${internal(0)},${result(1, [])},${internal(2)},${result(3, "x".repeat(150))},${internal(4)}]`,
		]);
	});

	test("has no answer to what was meant as a response", async () => {
		const { receive, sent, faults } = setup({ handlers });
		const meant = '{"jsonrpc":"2.0","id":1,"error":"no"}';
		receive(`[${meant}]`, `[${meant},${request(2, "echo", [])}]`);
		await settled();
		expect(sent).toEqual([`[${result(2, [])}]`]);
		expect(faults).toHaveLength(2);
	});

	test("replaces the largest answers where it is too large as a whole", async () => {
		const { receive, sent } = setup({ handlers }, { maxLength: 600 });
		const calls = ["echo", "large", "medium", "medium", "bigint"];
		receive(`[${calls.map((method, id) => request(id, method, [])).join()}]`);
		await settled();
		const answers = JSON.parse(sent[0] ?? "") as {
			id: number;
			error?: { code: number };
		}[];
		const codes = answers
			.sort((a, b) => a.id - b.id)
			.map(({ error }) => error?.code);
		expect(codes).toEqual([undefined, -32603, undefined, undefined, -32603]);
	});

	test("can be refused as a whole, and none of it runs", async () => {
		let runs = 0;
		const { peer, receive, sent } = setup({
			batches: false,
			handlers: { m: () => ++runs },
		});
		receive(`[${request(1, "m")},${notification("m")}]`, request(2, "m"));
		await settled();
		expect(sent).toEqual([
			error(null, -32600, "Invalid Request", "Batches are not accepted"),
			result(2, 1),
		]);
		// An array of responses answers a batch of ours.
		const call = peer.batch((b) => b.request("theirs"));
		receive(`[${result(1, "answered")}]`);
		expect(await call).toBe("answered");
	});

	test("is read no further than its answer can be taken", async () => {
		const setUp = setup({ handlers });
		setUp.room = new Promise(() => {});
		setUp.receive(`[${request(1, "echo")}]`, `[${request(2, "echo")}]`);
		await settled();
		expect(setUp.sent).toHaveLength(1);
		setUp.peer.abort();
	});

	test("with 1,000 calls keeps to the concurrency", async () => {
		let running = 0;
		let most = 0;
		const { receive, sent } = setup({
			concurrency: 3,
			handlers: {
				async m() {
					most = Math.max(most, ++running);
					await Promise.resolve();
					running -= 1;
				},
			},
		});
		receive(
			`[${Array.from({ length: 1000 }, (_, id) => request(id, "m")).join()}]`,
		);
		while (sent.length === 0) await settled();
		expect(most).toBe(3);
		expect(JSON.parse(sent[0] ?? "")).toHaveLength(1000);
	});

	test("of 1,000 notifications that end at once does not overflow the stack", async () => {
		let runs = 0;
		const { receive } = setup({
			concurrency: 1,
			handlers: { m: () => void ++runs, slow: () => settled() },
		});
		const all = Array.from({ length: 999 }, () => notification("m"));
		receive(`[${notification("slow")},${all.join()}]`);
		while (runs < 999) await settled();
		expect(runs).toBe(999);
	});
});
