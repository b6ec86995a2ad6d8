import { getEventListeners } from "node:events";
import type { Params } from "@framewright/json-rpc";
import {
	jsonRpcPeer,
	type Peer,
	PeerError,
	type PeerOptions,
	ResponseError,
} from "@framewright/json-rpc-peer";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { result, settled, setup, textEnd } from "./text-end.ts";

describe("a call", () => {
	test("resolves with the result", async () => {
		const { peer, sent, receive } = setup();
		const sum = peer.request("add", [1, 2]);
		expect(sent).toEqual([
			'{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]}',
		]);
		receive(result(1, 3));
		expect(await sum).toBe(3);
	});

	test("has no params unless it is given some", () => {
		const { peer, sent } = setup();
		peer.request("m");
		peer.request("m", undefined, {});
		peer.request("m", {});
		expect(sent).toEqual([
			'{"jsonrpc":"2.0","id":1,"method":"m"}',
			'{"jsonrpc":"2.0","id":2,"method":"m"}',
			'{"jsonrpc":"2.0","id":3,"method":"m","params":{}}',
		]);
	});

	test("rejects with the remote's error, its code, message and data", async () => {
		const { peer, receive } = setup();
		const call = peer.request("m");
		receive(
			'{"jsonrpc":"2.0","id":1,"error":{"code":7,"message":"no","data":{"why":[1]}}}',
		);
		const error = await call.catch((error: unknown) => error);
		expect(error).toBeInstanceOf(ResponseError);
		expect(error).toMatchObject({
			name: "ResponseError",
			code: 7,
			message: "no",
			data: { why: [1] },
		});
	});

	test("is answered in whatever order the answers come", async () => {
		const { peer, receive } = setup();
		const calls = [1, 2, 3].map(() => peer.request("m"));
		receive(result(3, "c"), result(1, "a"), result(2, "b"));
		expect(await Promise.all(calls)).toEqual(["a", "b", "c"]);
	});

	test("takes no notice of a second answer, which is a fault", async () => {
		const { peer, receive, faults } = setup();
		const call = peer.request("m");
		receive(result(1, "first"), result(1, "second"));
		expect(await call).toBe("first");
		await settled();
		expect(faults).toEqual([{ kind: "success", id: 1, result: "second" }]);
	});

	test.each([
		'"1"',
		"1.0",
		"1e0",
		'""',
		'" 0x1 "',
		'"01"',
		"null",
		'"toString"',
		'"__proto__"',
		"0",
		"-1",
		"true",
	])("is not answered by a response with the id %s", async (id) => {
		const { peer, receive, faults } = setup();
		const call = peer.request("m");
		receive(`{"jsonrpc":"2.0","id":${id},"result":"wrong"}`);
		await settled();
		expect(faults).toHaveLength(1);
		receive(result(1, "right"));
		expect(await call).toBe("right");
	});

	test.each(['"1"', "1.0", "1e0"])(
		"is answered by a response with the id %s if ids are loose",
		async (id) => {
			const { peer, receive } = setup({ looseIds: true });
			const call = peer.request("m");
			receive(`{"jsonrpc":"2.0","id":${id},"result":"right"}`);
			expect(await call).toBe("right");
		},
	);

	test.each(['""', '" 1"', '"0x1"', '"01"', '"1.0"', "1.5", "null", "10e400"])(
		"is not answered by a response with the id %s even then",
		async (id) => {
			const { peer, receive, faults } = setup({ looseIds: true });
			const call = peer.request("m");
			receive(`{"jsonrpc":"2.0","id":${id},"result":"wrong"}`, result(1));
			expect(await call).toBeNull();
			expect(faults).toHaveLength(1);
		},
	);

	test("rejects when it cannot be written, and the connection goes on", async () => {
		const { peer, sent, receive } = setup();
		const cycle: unknown[] = [];
		cycle.push(cycle);
		await expect(peer.request("m", cycle)).rejects.toThrow(TypeError);
		await expect(peer.request("m", [1n])).rejects.toThrow(TypeError);
		await expect(peer.request("m", "text" as never)).rejects.toThrow(TypeError);
		const call = peer.request("m");
		expect(sent).toEqual(['{"jsonrpc":"2.0","id":4,"method":"m"}']);
		receive(result(4));
		expect(await call).toBeNull();
	});

	test("rejects when the channel throws instead of rejecting", async () => {
		const { channel } = setup();
		const error = new Error("not async");
		const peer = jsonRpcPeer({
			...channel,
			send() {
				throw error;
			},
		});
		await expect(peer.request("m")).rejects.toBe(error);
		await expect(peer.notify("m")).rejects.toBe(error);
	});

	test("rejects beyond the most calls that may be in flight", async () => {
		const { peer, receive, sent } = setup({ maxCalls: 2 });
		const calls = [peer.request("m"), peer.request("m")];
		await expect(peer.request("m")).rejects.toMatchObject({
			name: "PeerError",
			code: "too-many-calls",
			message: "2 calls may be in flight at most",
		});
		receive(result(1), result(2));
		await Promise.all(calls);
		peer.request("m");
		expect(sent).toHaveLength(3);
	});
});

describe("an error without an id", () => {
	const unread =
		'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}';

	test("fails the only call in flight", async () => {
		const { peer, receive, faults } = setup();
		const call = peer.request("m");
		receive(unread);
		await expect(call).rejects.toMatchObject({ code: -32700 });
		expect(faults).toEqual([]);
	});

	test("is a fault where it may mean any of several calls, which go on", async () => {
		const { peer, receive, faults } = setup();
		const calls = [peer.request("m"), peer.request("m")];
		receive(unread, result(1), result(2));
		expect(await Promise.all(calls)).toEqual([null, null]);
		expect(faults).toMatchObject([{ kind: "error", id: null }]);
	});
});

describe("an AbortSignal", () => {
	test("rejects the call with its reason, and its listener is gone", async () => {
		const { peer, faults, receive, sent } = setup();
		const controller = new AbortController();
		const { signal } = controller;
		const call = peer.request("m", undefined, { signal });
		expect(getEventListeners(signal, "abort")).toHaveLength(1);
		const reason = new Error("enough");
		controller.abort(reason);
		await expect(call).rejects.toBe(reason);
		expect(getEventListeners(signal, "abort")).toEqual([]);
		// Without a dialect, the remote is not told; its answer comes too late.
		expect(sent).toHaveLength(1);
		receive(result(1));
		await settled();
		expect(faults).toMatchObject([{ kind: "success", id: 1 }]);
	});

	test("that is aborted already sends nothing", async () => {
		const { peer, sent } = setup();
		const signal = AbortSignal.abort("enough");
		await expect(peer.request("m", [], { signal })).rejects.toBe("enough");
		expect(sent).toEqual([]);
	});

	test("has no listener left after an answer, an error, a close or a failed write", async () => {
		const { peer, receive, end } = setup();
		const { signal } = new AbortController();
		const calls = [
			peer.request("m", undefined, { signal }),
			peer.request("m", undefined, { signal }),
			peer.request("m", [1n], { signal }),
			peer.request("m", undefined, { signal }),
		];
		receive(
			result(1),
			'{"jsonrpc":"2.0","id":2,"error":{"code":1,"message":""}}',
		);
		end();
		const outcomes = await Promise.allSettled(calls);
		expect(outcomes.map(({ status }) => status)).toEqual([
			"fulfilled",
			"rejected",
			"rejected",
			"rejected",
		]);
		expect(getEventListeners(signal, "abort")).toEqual([]);
	});
});

describe("a timeout", () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	test("rejects the call, and its answer is late", async () => {
		const { peer } = setup();
		const call = peer.request("slow", [], { timeout: 1000 });
		const outcome = call.catch((error: unknown) => error);
		vi.advanceTimersByTime(999);
		await settled();
		vi.advanceTimersByTime(1);
		const error = await outcome;
		expect(error).toBeInstanceOf(PeerError);
		expect(error).toMatchObject({
			name: "PeerError",
			code: "timeout",
			message: 'No answer to "slow" in 1000 ms',
		});
		expect(vi.getTimerCount()).toBe(0);
	});

	test("of the peer holds for all calls that say nothing else", async () => {
		const { peer, receive } = setup({ timeout: 100 });
		const calls = [
			peer.request("a"),
			peer.request("b", [], { timeout: 200 }),
			peer.request("c", [], { timeout: Number.POSITIVE_INFINITY }),
		].map((call) => call.catch(({ code }) => code));
		expect(vi.getTimerCount()).toBe(2);
		vi.advanceTimersByTime(100);
		expect(vi.getTimerCount()).toBe(1);
		vi.advanceTimersByTime(100);
		receive(result(3, "c"));
		expect(await Promise.all(calls)).toEqual(["timeout", "timeout", "c"]);
	});

	test("leaves no timer after an answer, an abort, a close or a failed write", async () => {
		const { peer, receive, end } = setup({ timeout: 100 });
		const controller = new AbortController();
		const { signal } = controller;
		const calls = [
			peer.request("a"),
			peer.request("b", [], { signal }),
			peer.request("c", [1n]),
			peer.request("d"),
		];
		receive(result(1));
		controller.abort();
		end();
		await Promise.allSettled(calls);
		expect(vi.getTimerCount()).toBe(0);
	});

	test.each([0, -1, Number.NaN, 2 ** 31])(
		"of %s is refused, for no timer can wait that long",
		async (timeout) => {
			const { peer, sent } = setup();
			await expect(peer.request("m", [], { timeout })).rejects.toThrow(
				RangeError,
			);
			expect(sent).toEqual([]);
		},
	);
});

describe("the end", () => {
	test("of the remote's side rejects all calls, and new ones, and closes ours", async () => {
		const setUp = setup();
		const { peer, end } = setUp;
		const calls = [peer.request("a"), peer.request("b")];
		end();
		for (const call of calls)
			await expect(call).rejects.toMatchObject({
				code: "closed",
				message: "The remote has ended the connection",
			});
		await expect(peer.request("c")).rejects.toMatchObject({ code: "closed" });
		await peer.closed;
		expect(setUp.isClosed).toBe(true);
		await expect(peer.notify("d")).rejects.toMatchObject({ code: "closed" });
		await peer.close();
	});

	test("of a channel that fails rejects all calls with its error", async () => {
		const { peer, channel } = setup();
		const call = peer.request("a");
		await settled();
		const error = new Error("ECONNRESET");
		channel.abort(error);
		await expect(call).rejects.toBe(error);
		await expect(peer.request("b")).rejects.toBe(error);
		await expect(peer.notify("c")).rejects.toBe(error);
		await expect(peer.close()).rejects.toBe(error);
		await expect(peer.closed).rejects.toBe(error);
	});

	test("by abort rejects all calls with the reason, and the channel", async () => {
		const setUp = setup();
		const { peer } = setUp;
		const call = peer.request("a");
		const reason = new Error("enough");
		peer.abort(reason);
		peer.abort(new Error("too late"));
		await expect(call).rejects.toBe(reason);
		expect(setUp.aborted).toEqual({ reason });
		await expect(peer.closed).rejects.toBe(reason);
	});

	test("by abort without a reason is an AbortError", async () => {
		const { peer } = setup();
		const call = peer.request("a");
		peer.abort();
		await expect(call).rejects.toMatchObject({ name: "AbortError" });
	});

	test("by close waits for the answers to our calls, and refuses new ones", async () => {
		const setUp = setup();
		const { peer, receive, end } = setUp;
		const call = peer.request("a");
		const closed = peer.close();
		await expect(peer.request("b")).rejects.toMatchObject({
			code: "closed",
			message: "The peer was closed",
		});
		await settled();
		expect(setUp.isClosed).toBe(false);
		receive(result(1, "last"));
		await closed;
		expect(await call).toBe("last");
		expect(setUp.isClosed).toBe(true);
		end();
		await peer.closed;
	});

	test.each(["abort", "timeout", "error", "batch"])(
		"by close comes when the last call is settled by %s",
		async (how) => {
			const { peer, receive } = setup();
			const controller = new AbortController();
			const call = (
				how === "batch"
					? peer.batch((batch) => batch.request("a"))
					: peer.request("a", [], {
							signal: controller.signal,
							timeout: how === "timeout" ? 1 : 10_000,
						})
			).catch(() => {});
			const closed = peer.close();
			if (how === "abort") controller.abort();
			if (how === "error")
				receive('{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}');
			if (how === "batch") receive(`[${result(1)}]`);
			await closed;
			await call;
		},
	);

	test("by close can be cut short by abort", async () => {
		const { peer } = setup();
		const call = peer.request("a");
		const closed = peer.close();
		peer.abort("enough");
		await expect(call).rejects.toBe("enough");
		await expect(closed).rejects.toBe("enough");
	});
});

describe("a notification of ours", () => {
	test("goes out without an id, and resolves when it is sent", async () => {
		const { peer, sent } = setup();
		await peer.notify("log", { text: "hi" });
		await peer.notify("ping");
		expect(sent).toEqual([
			'{"jsonrpc":"2.0","method":"log","params":{"text":"hi"}}',
			'{"jsonrpc":"2.0","method":"ping"}',
		]);
	});

	test("rejects when it cannot be written", async () => {
		const { peer } = setup();
		const params = { big: 1n } as Params;
		await expect(peer.notify("log", params)).rejects.toThrow(TypeError);
	});

	test("waits while the channel has no room", async () => {
		const setUp = setup();
		let release = (): void => {};
		setUp.room = new Promise((resolve) => {
			release = resolve;
		});
		let isSent = false;
		const notified = setUp.peer.notify("log").then(() => {
			isSent = true;
		});
		await settled();
		expect(isSent).toBe(false);
		release();
		await notified;
	});
});

test.each([
	[{ maxCalls: 0 }, RangeError, "maxCalls must be a whole number"],
	[{ concurrency: 1.5 }, RangeError, "concurrency must be a whole number"],
	[{ maxWaiting: -1 }, RangeError, "maxWaiting must be a whole number"],
	[{ maxInvalid: Number.NaN }, RangeError, "maxInvalid must be a whole"],
	[{ timeout: 0 }, RangeError, "timeout must be more than 0"],
	[{ whenFull: "drop" }, TypeError, "whenFull must be one of pause, refuse"],
	[{ invalid: "log" }, TypeError, "invalid must be one of reply, ignore"],
	[{ order: "random" }, TypeError, "order must be one of concurrent, serial"],
	[{ handlers: { m: 1 } }, TypeError, 'the handler of "m" must be a function'],
	[{ handlers: { "rpc.m": () => 1 } }, RangeError, '"rpc.m" is reserved'],
])("options that make no sense throw: %o", (options, type, message) => {
	const make = (): Peer =>
		jsonRpcPeer(textEnd().channel, options as unknown as PeerOptions);
	expect(make).toThrow(type);
	expect(make).toThrow(message);
});
