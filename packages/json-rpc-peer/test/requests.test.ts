import { Skipped } from "@framewright/codec";
import { RawJson } from "@framewright/json-rpc";
import {
	type Fault,
	type IncomingCall,
	jsonRpcPeer,
	type PeerOptions,
	ResponseError,
} from "@framewright/json-rpc-peer";
import { describe, expect, test } from "vitest";
import {
	error,
	gate,
	notification,
	request,
	result,
	settled,
	setup,
	textEnd,
} from "./text-end.ts";

const INTERNAL = error(1, -32603, "Internal error");

describe("a handler", () => {
	test("gets the params, and says the result", async () => {
		const { receive, sent } = setup({
			handlers: { add: ([a, b]: [number, number]) => a + b },
		});
		receive(request(1, "add", [1, 2]));
		await settled();
		expect(sent).toEqual([result(1, 3)]);
	});

	test("may be asynchronous, or return what only has a `then`", async () => {
		const { receive, sent } = setup({
			handlers: {
				promise: async () => "promise",
				thenable: () => ({
					// biome-ignore lint/suspicious/noThenProperty: that is the point
					then: (resolve: (value: string) => void) => resolve("thenable"),
				}),
			},
		});
		receive(request(1, "promise"), request(2, "thenable"));
		await settled();
		expect(sent.sort()).toEqual([result(1, "promise"), result(2, "thenable")]);
	});

	test("knows the call: id, method, params, and the peer to call back", async () => {
		const { handler, calls, open } = gate();
		const { peer, receive, sent } = setup({ handlers: { m: handler } });
		receive(request("a", "m", { b: 1 }), notification("m"));
		await settled();
		expect(calls[0]).toMatchObject({ id: "a", method: "m", params: { b: 1 } });
		expect(calls[0]?.peer).toBe(peer);
		expect(calls[1]?.id).toBeUndefined();
		await open("done");
		expect(sent).toEqual([result("a", "done")]);
	});

	test("runs for a notification as well, and nothing is answered", async () => {
		const seen: unknown[] = [];
		const { receive, sent } = setup({
			handlers: { m: (params: unknown) => seen.push(params) },
		});
		receive(notification("m", [1]));
		await settled();
		expect(seen).toEqual([[1]]);
		expect(sent).toEqual([]);
	});

	test("that throws in a notification is a fault, and nothing is answered", async () => {
		const thrown = new ResponseError(1, "no");
		const { receive, sent, faults } = setup({
			handlers: {
				m() {
					throw thrown;
				},
			},
		});
		receive(notification("m"));
		await settled();
		expect(sent).toEqual([]);
		expect(faults).toMatchObject([
			{ kind: "failed", error: thrown, call: { method: "m" } },
		]);
	});

	test.each([
		["an Error", new Error("the password is 1234")],
		["a TypeError with a code", Object.assign(new TypeError("x"), { code: 1 })],
		["a DOMException, which has a code", new DOMException("x", "AbortError")],
		["a string", "text"],
		["undefined", undefined],
		["null", null],
	])(
		"that throws %s is answered with -32603 and no more; we are told",
		async (_, thrown) => {
			const { receive, sent, faults } = setup({
				handlers: {
					m: () => Promise.reject(thrown),
				},
			});
			receive(request(1, "m"));
			await settled();
			expect(sent).toEqual([INTERNAL]);
			expect(faults).toMatchObject([{ kind: "failed", call: { id: 1 } }]);
			expect(faults[0]).toHaveProperty("error", thrown);
		},
	);

	test("that throws an Error shows its message where that is asked for", async () => {
		const { receive, sent } = setup({
			exposeErrors: true,
			handlers: {
				m() {
					throw new Error("disk full");
				},
				n() {
					throw "no Error";
				},
			},
		});
		receive(request(1, "m"), request(2, "n"));
		await settled();
		expect(sent).toEqual([
			error(1, -32603, "disk full"),
			error(2, -32603, "Internal error"),
		]);
	});

	test.each([
		["a BigInt", () => 1n],
		["a BigInt inside", () => ({ a: [1n] })],
		["a cycle", cycle],
		["a function", () => () => {}],
		["a symbol", () => Symbol("s")],
		["what toJSON throws", () => ({ toJSON: () => JSON.parse("{") })],
		["raw text that is not JSON", () => new RawJson("{")],
	])("that returns %s is answered with -32603", async (_, handler) => {
		const { receive, sent, faults } = setup({ handlers: { m: handler } });
		receive(request(1, "m"));
		await settled();
		expect(sent).toEqual([INTERNAL]);
		expect(faults).toMatchObject([{ kind: "failed", call: { id: 1 } }]);
	});

	test("whose result is too large for a message is answered with -32603", async () => {
		const { receive, sent } = setup(
			{ handlers: { m: () => "x".repeat(1000) } },
			{ maxLength: 100 },
		);
		receive(request(1, "m"));
		await settled();
		expect(sent).toEqual([INTERNAL]);
	});

	test("whose error has data that JSON does not is answered with -32603", async () => {
		const { receive, sent } = setup({
			handlers: {
				m() {
					throw new ResponseError(1, "no", 1n);
				},
			},
		});
		receive(request(1, "m"));
		await settled();
		expect(sent).toEqual([INTERNAL]);
	});

	test("can answer with JSON as text, and gets its params so from a raw codec", async () => {
		const { receive, sent } = setup(
			{ handlers: { echo: (params: unknown) => params } },
			{ raw: true },
		);
		receive(
			'{"jsonrpc":"2.0","id":1,"method":"echo","params":[1.0,9007199254740993]}',
		);
		await settled();
		expect(sent).toEqual([
			'{"jsonrpc":"2.0","id":1,"result":[1.0,9007199254740993]}',
		]);
	});
});

function cycle(): unknown {
	const value: unknown[] = [];
	value.push(value);
	return value;
}

describe("handle", () => {
	test("adds a handler, and returns what removes it", async () => {
		const { peer, receive, sent } = setup();
		const remove = peer.handle("m", () => "here");
		receive(request(1, "m"));
		await settled();
		remove();
		receive(request(2, "m"));
		await settled();
		peer.handle("m", () => "again");
		remove(); // Does not remove another one.
		receive(request(3, "m"));
		await settled();
		expect(sent).toEqual([
			result(1, "here"),
			error(2, -32601, "Method not found"),
			result(3, "again"),
		]);
	});

	test("refuses a second handler, a reserved name, and the dialect's own", () => {
		const { peer } = setup({
			dialect: {
				cancellation: { method: "stop", params: () => [], id: () => 1 },
			},
			handlers: { m() {} },
		});
		expect(() => peer.handle("m", () => {})).toThrow("has a handler already");
		expect(() => peer.handle("rpc.discover", () => {})).toThrow(RangeError);
		expect(() => peer.handle("stop", () => {})).toThrow('"stop" is reserved');
		expect(() => peer.handle("rpc", () => {})).not.toThrow();
	});

	test("misses nothing if it is called before anything is awaited", async () => {
		const { peer, receive, sent } = setup();
		receive(request(1, "m"));
		peer.handle("m", () => "in time");
		await settled();
		expect(sent).toEqual([result(1, "in time")]);
	});

	test("takes only own members of the table of handlers", async () => {
		const inherited: PeerOptions["handlers"] = Object.create({
			inherited: () => "no",
		});
		const { receive, sent } = setup({ handlers: inherited ?? {} });
		receive(request(1, "inherited"));
		await settled();
		expect(sent).toEqual([error(1, -32601, "Method not found")]);
	});
});

describe("concurrency", () => {
	test("is limited; what waits starts in order", async () => {
		const { handler, calls, open } = gate();
		const { receive, sent } = setup({
			concurrency: 2,
			handlers: { m: handler },
		});
		receive(...[1, 2, 3, 4].map((id) => request(id, "m")));
		await settled();
		expect(calls.map(({ id }) => id)).toEqual([1, 2]);
		await open("a");
		expect(calls.map(({ id }) => id)).toEqual([1, 2, 3]);
		await open("b");
		await open("c");
		await open("d");
		expect(sent).toEqual([
			result(1, "a"),
			result(2, "b"),
			result(3, "c"),
			result(4, "d"),
		]);
	});

	test("counts notifications, too", async () => {
		const { handler, calls, open } = gate();
		const { receive } = setup({ concurrency: 1, handlers: { m: handler } });
		receive(notification("m"), request(1, "m"));
		await settled();
		expect(calls).toHaveLength(1);
		await open();
		expect(calls).toHaveLength(2);
	});

	test("lets responses pass those that wait", async () => {
		const { handler, calls, open } = gate();
		const { peer, receive, sent } = setup({
			concurrency: 1,
			handlers: {
				async m(params: unknown, call: IncomingCall) {
					await handler(params, call);
					return await call.peer.request("back");
				},
			},
		});
		receive(...[1, 2, 3].map((id) => request(id, "m")));
		await settled();
		await open();
		expect(sent).toEqual(['{"jsonrpc":"2.0","id":1,"method":"back"}']);
		receive(result(1, "from the caller"));
		await settled();
		expect(sent[1]).toBe(result(1, "from the caller"));
		expect(calls).toHaveLength(2);
		peer.abort();
	});

	test("holds an answer's room until the remote takes it", async () => {
		const setUp = setup({ concurrency: 1, handlers: { m: () => "x" } });
		const { receive, sent } = setUp;
		let release = (): void => {};
		setUp.room = new Promise((resolve) => {
			release = resolve;
		});
		receive(request(1, "m"), request(2, "m"));
		await settled();
		expect(sent).toHaveLength(1);
		setUp.room = undefined;
		release();
		await settled();
		expect(sent).toHaveLength(2);
	});
});

describe("backpressure", () => {
	test("stops reading when enough calls wait, and reads on when one starts", async () => {
		const { handler, open } = gate();
		const setUp = setup({
			concurrency: 1,
			maxWaiting: 2,
			handlers: { m: handler },
		});
		setUp.receive(...[1, 2, 3, 4, 5, 6].map((id) => request(id, "m")));
		await settled();
		expect(setUp.reads).toBe(3); // One runs, two wait.
		await open();
		expect(setUp.reads).toBe(4);
		for (let i = 0; i < 5; i++) await open();
		expect(setUp.sent).toHaveLength(6);
	});

	test("can refuse requests instead, so that responses always pass", async () => {
		const { handler, open, calls } = gate();
		const setUp = setup({
			concurrency: 1,
			maxWaiting: 1,
			whenFull: "refuse",
			handlers: { m: handler },
		});
		const { peer, receive, sent } = setUp;
		const call = peer.request("theirs");
		sent.length = 0;
		receive(...[1, 2, 3, 4].map((id) => request(id, "m")), result(1, "passed"));
		expect(await call).toBe("passed");
		expect(sent).toEqual([
			error(3, -32000, "Too many requests are waiting"),
			error(4, -32000, "Too many requests are waiting"),
		]);
		// A notification cannot be refused: it waits, and reading with it.
		receive(notification("m"), request(5, "m"));
		await settled();
		const { reads } = setUp;
		expect(sent).toHaveLength(2);
		await open();
		expect(setUp.reads).toBeGreaterThan(reads);
		await open();
		await open();
		expect(calls.map(({ id }) => id)).toEqual([1, 2, undefined]);
		expect(sent.map((text) => JSON.parse(text).id)).toEqual([3, 4, 1, 5, 2]);
	});

	test("of the channel stops the replies to garbage, too", async () => {
		const setUp = setup();
		const { receive } = setUp;
		setUp.room = new Promise(() => {});
		receive("garbage", "garbage", "garbage");
		await settled();
		expect(setUp.sent).toHaveLength(1);
		expect(setUp.reads).toBe(1);
		setUp.peer.abort();
	});
});

describe("order", () => {
	test("serial runs one after the other", async () => {
		const { handler, calls, open } = gate();
		const { receive } = setup({ order: "serial", handlers: { m: handler } });
		receive(request(1, "m"), notification("m"), request(2, "m"));
		await settled();
		expect(calls).toHaveLength(1);
		await open();
		expect(calls).toHaveLength(2);
		await open();
		expect(calls).toHaveLength(3);
	});

	test("by method: a serial one waits for what is before it and holds up what is behind", async () => {
		const { handler, calls, open } = gate();
		const { receive } = setup({
			order: (method) => (method === "edit" ? "serial" : "concurrent"),
			handlers: { read: handler, edit: handler },
		});
		receive(
			request(1, "read"),
			request(2, "read"),
			request(3, "edit"),
			request(4, "read"),
			request(5, "read"),
		);
		const started = (): unknown[] => calls.map(({ id }) => id);
		await settled();
		expect(started()).toEqual([1, 2]);
		await open();
		expect(started()).toEqual([1, 2]);
		await open();
		expect(started()).toEqual([1, 2, 3]);
		await open();
		expect(started()).toEqual([1, 2, 3, 4, 5]);
	});

	test("of starting is that of arrival, whatever has a schema", async () => {
		const seen: unknown[] = [];
		const schema = {
			"~standard": {
				version: 1 as const,
				vendor: "test",
				validate: (value: unknown) => ({ value }),
			},
		};
		const { receive } = setup({
			local: { methods: { a: { params: schema }, b: {} } } as never,
			handlers: { a: () => seen.push("a"), b: () => seen.push("b") },
		});
		receive(`[${request(1, "a")},${request(2, "b")}]`);
		await settled();
		expect(seen).toEqual(["a", "b"]);
	});
});

describe("middleware", () => {
	test("runs around handlers, the first one outermost", async () => {
		const seen: string[] = [];
		const { receive, sent } = setup({
			middleware: [
				async (call, next) => {
					seen.push(`> ${call.method}`);
					const value = await next();
					seen.push(`< ${call.method}`);
					return [value];
				},
				(_, next) => next({ changed: true }),
			],
			handlers: {
				m(params: unknown) {
					seen.push(JSON.stringify(params));
					return "result";
				},
			},
		});
		receive(request(1, "m", { changed: false }));
		await settled();
		expect(seen).toEqual(["> m", '{"changed":true}', "< m"]);
		expect(sent).toEqual([result(1, ["result"])]);
	});

	test("can refuse, and can answer what has no handler", async () => {
		const { receive, sent } = setup({
			middleware: [
				(call, next) => {
					if (call.method === "secret") throw new ResponseError(403, "No");
					return call.method === "rpc.discover" ? { openrpc: "1.3" } : next();
				},
			],
			handlers: { secret: () => "1234" },
		});
		receive(
			request(1, "secret"),
			request(2, "rpc.discover"),
			request(3, "unknown"),
			`[${request(4, "secret")}]`,
		);
		await settled();
		expect(sent.sort()).toEqual(
			[
				`[${error(4, 403, "No")}]`,
				error(1, 403, "No"),
				error(3, -32601, "Method not found"),
				result(2, { openrpc: "1.3" }),
			].sort(),
		);
	});
});

describe("the end", () => {
	test("by close answers what runs and what waits, and refuses what comes", async () => {
		const { handler, open, calls } = gate();
		const setUp = setup({ concurrency: 1, handlers: { m: handler } });
		const { peer, receive, sent } = setUp;
		receive(request(1, "m"), request(2, "m"));
		await settled();
		const closed = peer.close();
		receive(request(3, "m"), notification("m"), `[${request(4, "m")}]`);
		await settled();
		expect(sent).toEqual([
			error(3, -32001, "The connection is closing"),
			`[${error(4, -32001, "The connection is closing")}]`,
		]);
		await open("a");
		expect(setUp.isClosed).toBe(false);
		// Handlers may still tell what they have to.
		await calls[1]?.peer.notify("log");
		await open("b");
		await closed;
		expect(sent.slice(2)).toEqual([
			result(1, "a"),
			notification("log"),
			result(2, "b"),
		]);
		expect(setUp.isClosed).toBe(true);
		expect(calls).toHaveLength(2);
	});

	test("of the remote's side leaves handlers to finish, and then closes ours", async () => {
		const { handler, open, calls } = gate();
		const setUp = setup({ handlers: { m: handler } });
		const { peer, receive, sent, end } = setUp;
		receive(request(1, "m"));
		await settled();
		end();
		await settled();
		expect(calls[0]?.signal.aborted).toBe(false);
		expect(setUp.isClosed).toBe(false);
		await open("done");
		expect(sent).toEqual([result(1, "done")]);
		await peer.closed;
	});

	test("by abort aborts the signals of handlers, those taken later as well", async () => {
		const { handler, open, calls } = gate();
		const setUp = setup({ concurrency: 2, handlers: { m: handler } });
		const { peer, receive, sent, faults } = setUp;
		receive(request(1, "m"), notification("m"), request(3, "m"));
		await settled();
		const early = calls[0]?.signal;
		const reason = new Error("enough");
		peer.abort(reason);
		expect(early?.reason).toBe(reason);
		expect(calls[1]?.signal.reason).toBe(reason);
		await open("nobody hears this");
		expect(sent).toEqual([]);
		expect(faults).toEqual([]);
		expect(calls).toHaveLength(2);
	});

	test("by failure of the channel aborts them with its error", async () => {
		const { handler, calls, fail } = gate();
		const { receive, channel, faults } = setup({ handlers: { m: handler } });
		receive(request(1, "m"));
		await settled();
		const broken = new Error("EPIPE");
		channel.abort(broken);
		await settled();
		expect(calls[0]?.signal.reason).toBe(broken);
		await fail(broken);
		expect(faults).toEqual([]);
	});

	test("wakes the reading that waits for room", async () => {
		const { handler } = gate();
		const setUp = setup({
			concurrency: 1,
			maxWaiting: 1,
			handlers: { m: handler },
		});
		setUp.receive(request(1, "m"), request(2, "m"), request(3, "m"));
		await settled();
		const { reads } = setUp;
		setUp.peer.abort();
		await settled();
		expect(setUp.reads).toBe(reads + 1);
	});
});

describe("what is no message", () => {
	const parseError = error(null, -32700, "Parse error");

	test("is replied to with the error that it carries, and is a fault", async () => {
		const { receive, sent, faults } = setup();
		receive("garbage", "[]");
		await settled();
		expect(sent).toEqual([parseError, error(null, -32600, "Invalid Request")]);
		expect(faults).toMatchObject([
			{ kind: "invalid", reason: expect.stringMatching("not JSON") },
			{ kind: "invalid" },
		]);
	});

	test("is not replied to where it was meant as a response", async () => {
		const { receive, sent, faults } = setup();
		receive(
			'{"jsonrpc":"2.0","result":1}',
			'{"id":1,"result":1}',
			'{"jsonrpc":"2.0","id":1,"error":"no"}',
			'{"jsonrpc":"2.0","id":1,"error":{"code":1.5,"message":""}}',
			'{"jsonrpc":"2.0","id":1,"error":{"code":1,"code":1,"message":""}}',
			'{"jsonrpc":"2.0","id":1,"result":1,"error":null}',
			`[${result(98)},1]`,
		);
		await settled();
		expect(sent).toEqual([]);
		expect(faults.filter(({ kind }) => kind === "invalid")).toHaveLength(7);
	});

	test("can be ignored, as stray output on stdout", async () => {
		const { receive, sent, faults } = setup({
			invalid: "ignore",
			maxInvalid: 2,
			handlers: { m: () => "still here" },
		});
		receive("Listening ...", "DEBUG: 1", "DEBUG: 2", "[1]", request(1, "m"));
		await settled();
		expect(sent).toEqual([result(1, "still here")]);
		expect(faults).toHaveLength(4);
	});

	test("can abort the channel", async () => {
		const { receive, peer } = setup({ invalid: "abort" });
		const call = peer.request("m");
		receive("garbage");
		const closed = { name: "PeerError", code: "too-many-invalid" };
		await expect(call).rejects.toMatchObject(closed);
		await expect(peer.closed).rejects.toMatchObject(closed);
	});

	test("aborts the channel when there is too much of it in a row", async () => {
		const { receive, peer, sent } = setup({ maxInvalid: 2 });
		receive("a", "b", notification("m"), "c", "[1,2,3]");
		await settled();
		expect(sent).toHaveLength(4);
		receive("e");
		await expect(peer.closed).rejects.toMatchObject({
			code: "too-many-invalid",
			message: "The remote sent 3 invalid messages in a row",
		});
		expect(sent).toHaveLength(4);
	});

	test("does not make two peers talk to each other for ever", async () => {
		const here = setup();
		const there = setup();
		here.receive("garbage");
		for (let round = 0; round < 10; round++) {
			await settled();
			there.receive(...here.sent.splice(0));
			await settled();
			here.receive(...there.sent.splice(0));
		}
		expect(here.faults.length + there.faults.length).toBe(2);
	});

	test("ends a storm of a peer that answers errors with garbage", async () => {
		const { receive, sent, peer } = setup();
		let replies = 0;
		receive("garbage");
		for (let round = 0; round < 1000; round++) {
			await Promise.resolve();
			for (const _ of sent.splice(0)) {
				replies += 1;
				receive("more garbage");
			}
			await settled();
		}
		expect(replies).toBe(100);
		await expect(peer.closed).rejects.toMatchObject({
			code: "too-many-invalid",
		});
	});
});

test("what the framing stepped over is a fault, and nothing else", async () => {
	const { channel, sent } = textEnd();
	const skipped = new Skipped("too-large", "A frame of 9 GB", 17);
	const faults: Fault[] = [];
	const source = {
		async *[Symbol.asyncIterator]() {
			yield skipped;
		},
	};
	jsonRpcPeer(Object.assign(channel, source), {
		onFault: (fault) => faults.push(fault),
	});
	await settled();
	expect(faults).toEqual([skipped]);
	expect(sent).toEqual([]);
});
