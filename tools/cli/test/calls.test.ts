import { duplexPair } from "node:stream";
import { stack } from "@framewright/codec";
import { jsonRpc, type Message } from "@framewright/json-rpc";
import { newline } from "@framewright/newline";
import type { Channel } from "@framewright/streams";
import { nodeChannel } from "@framewright/streams/node";
import { expect, test } from "vitest";
import { caller, ErrorResponse, type Method, serve } from "../src/calls.ts";

/** The two ends of one connection. */
function connection(): [Channel<Message>, Channel<Message>] {
	const layer = stack(newline(), jsonRpc());
	const [here, there] = duplexPair();
	return [nodeChannel(here, layer), nodeChannel(there, layer)];
}

/** The next message of a channel. */
async function next(channel: Channel<Message>): Promise<Message> {
	const { value } = await channel[Symbol.asyncIterator]().next();
	if (value === undefined) throw new Error("the channel has ended");
	return value;
}

const never = new Promise<never>(() => {});

test("gives each call its own answer, in whatever order they come", async () => {
	const [here, there] = connection();
	const peer = caller(here);
	const calls = [peer.call("a"), peer.call("b"), peer.call("c", { x: 1 })];
	const requests = [await next(there), await next(there), await next(there)];
	expect(requests).toEqual([
		{ kind: "request", id: 1, method: "a" },
		{ kind: "request", id: 2, method: "b" },
		{ kind: "request", id: 3, method: "c", params: { x: 1 } },
	]);
	await there.send({
		kind: "batch",
		items: [
			{ kind: "success", id: 3, result: "C" },
			{ kind: "success", id: "1", result: "not the id that was sent" },
			{ kind: "error", id: 2, error: { code: 5, message: "B", data: [] } },
		],
	});
	await there.send({ kind: "success", id: 1, result: "A" });
	const [a, b, c] = await Promise.allSettled(calls);
	expect(a).toEqual({ status: "fulfilled", value: "A" });
	expect(b).toMatchObject({ reason: { code: 5, message: "B", data: [] } });
	expect((b as PromiseRejectedResult).reason).toBeInstanceOf(ErrorResponse);
	expect(c).toEqual({ status: "fulfilled", value: "C" });
});

test("rejects what is under way, and whatever comes later, when the peer ends", async () => {
	const [here, there] = connection();
	const peer = caller(here);
	const call = peer.call("a");
	await there.close();
	await expect(call).rejects.toThrow("closed the connection before");
	await expect(peer.call("b")).rejects.toThrow("closed the connection before");
});

test("rejects what is under way with the reason of an abort", async () => {
	const [here] = connection();
	const call = caller(here).call("a");
	here.abort(new Error("enough"));
	await expect(call).rejects.toThrow("enough");
});

test("rejects a call with the reason of its signal, and ignores an answer that comes late", async () => {
	const [here, there] = connection();
	const peer = caller(here);
	const controller = new AbortController();
	const late = peer.call("late", [], { signal: controller.signal });
	const other = peer.call("other");
	controller.abort(new Error("too late"));
	await expect(late).rejects.toThrow("too late");
	await there.send({ kind: "success", id: 1, result: "late" });
	await there.send({ kind: "success", id: 2, result: "other" });
	expect(await other).toBe("other");
});

test("rejects a call that cannot be written, and goes on", async () => {
	const [here, there] = connection();
	const peer = caller(here);
	await expect(peer.call("a", [1n])).rejects.toThrow(TypeError);
	const call = peer.call("b");
	await there.send({ kind: "success", id: 2, result: "B" });
	expect(await call).toBe("B");
});

test("takes an error without an id for the answer to the only call", async () => {
	const [here, there] = connection();
	const call = caller(here).call("a");
	await there.send({
		kind: "error",
		id: null,
		error: { code: -32700, message: "Parse error" },
	});
	await expect(call).rejects.toMatchObject({ code: -32700 });
});

test("answers a request of the peer's, while it waits for its own answer, with -32601", async () => {
	const [here, there] = connection();
	const call = caller(here).call("a");
	await next(there);
	await there.send({ kind: "request", id: 1, method: "roots/list" });
	expect(await next(there)).toMatchObject({ id: 1, error: { code: -32601 } });
	await there.send({ kind: "success", id: 1, result: "A" });
	expect(await call).toBe("A");
});

test("serves until the peer ends, answers what is under way, then ends as well", async () => {
	const [here, there] = connection();
	let finish = (_: unknown): void => {};
	const slow: Method = () =>
		new Promise((resolve) => {
			finish = resolve;
		});
	const served = serve(there, new Map([["slow", slow]]));
	await here.send({ kind: "request", id: 1, method: "slow" });
	await here.send({ kind: "request", id: 2, method: "missing" });
	await here.close();
	expect(await next(here)).toMatchObject({ id: 2, error: { code: -32601 } });
	finish("done");
	expect(await next(here)).toEqual({ kind: "success", id: 1, result: "done" });
	await served;
	await expect(next(here)).rejects.toThrow("the channel has ended");
});

test("stops serving with the error of the input", async () => {
	const [here, there] = duplexPair();
	const layer = stack(newline({ maxLength: 4 }), jsonRpc());
	const served = serve(nodeChannel(there, layer), new Map());
	here.write("12345");
	await expect(served).rejects.toMatchObject({ code: "too-large", offset: 4 });
});

test("hides an error that has no code of its own, an inherited one included", async () => {
	const [here, there] = connection();
	void serve(
		there,
		new Map<string, Method>([
			["dom", () => Promise.reject(new DOMException("secret", "AbortError"))],
			["undefined", () => Promise.reject()],
			["text", () => Promise.reject("secret")],
			[
				"system",
				() =>
					Promise.reject(
						Object.assign(new Error("secret"), { code: "ENOENT" }),
					),
			],
		]),
	);
	const peer = caller(here);
	for (const method of ["dom", "undefined", "text", "system"])
		await expect(peer.call(method)).rejects.toMatchObject({
			code: -32603,
			message: "Internal error",
		});
});

test("keeps the good results of a batch when one cannot be written", async () => {
	const [here, there] = connection();
	const cycle: unknown[] = [];
	cycle.push(cycle);
	void serve(
		there,
		new Map<string, Method>([
			["cycle", () => cycle],
			["good", () => "good"],
			["picky", () => Promise.reject({ code: 1, message: "m", data: cycle })],
		]),
	);
	await here.send({
		kind: "batch",
		items: ["cycle", "good", "picky"].map((method) => ({
			kind: "request",
			id: method,
			method,
		})),
	});
	expect(await next(here)).toMatchObject({
		items: [
			{ id: "cycle", error: { code: -32603 } },
			{ id: "good", result: "good" },
			{ id: "picky", error: { code: -32603 } },
		],
	});
});

test("has 64 requests under way at most, and reads no further", async () => {
	const [here, there] = connection();
	let begun = 0;
	const hang: Method = () => {
		begun += 1;
		return never;
	};
	let finish = (): void => {};
	const held: Method = () =>
		new Promise<void>((resolve) => {
			finish = resolve;
		});
	void serve(
		there,
		new Map<string, Method>([
			["hang", hang],
			["held", held],
		]),
	);
	await here.send({ kind: "request", id: "held", method: "held" });
	for (let id = 1; id <= 100; id++)
		void here.send({ kind: "request", id, method: "hang" });
	await new Promise(setImmediate);
	await new Promise(setImmediate);
	await new Promise(setImmediate);
	expect(begun).toBe(63);
	finish();
	expect(await next(here)).toMatchObject({ id: "held", result: null });
	await new Promise(setImmediate);
	expect(begun).toBe(64);
});
