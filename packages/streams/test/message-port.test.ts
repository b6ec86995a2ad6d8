import { spawn } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { text as textOf } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { type Codec, codecLayer, type Item } from "@framewright/codec";
import { lengthPrefixed } from "@framewright/length-prefixed";
import type { Channel } from "@framewright/streams";
import { portChannel } from "@framewright/streams/message-port";
import { describe, expect, test } from "vitest";
import {
	behavesAsChannel,
	bytes,
	collect,
	messages,
	reasonOf,
	text,
} from "./behaviour.ts";

const execArgv = ["--conditions=@framewright/source"];
const fixture = (name: string): URL =>
	new URL(`fixtures/${name}`, import.meta.url);

behavesAsChannel(
	"a MessagePort",
	async (near, far) => {
		const { port1, port2 } = new MessageChannel();
		return [
			portChannel(port1, near.layer, near),
			portChannel(port2, far.layer, far),
		];
	},
	{ slack: 400_000, deliversAfterAbort: true },
);

type Value = { readonly [name: string]: unknown } | string | number | null;

/** Hands values on as they are: structured clones. */
const values = codecLayer<Value, Value>({
	encode: (value) => value,
	decode: (value) => value,
} satisfies Codec<Value, Value>);

/** A channel at one end, and the bare port at the other. */
function withPort<T extends Item, Lower extends Item>(
	layer: Parameters<typeof portChannel<T, Lower>>[1],
	window?: number,
): { channel: Channel<T>; port: MessagePort; received: unknown[] } {
	const { port1, port2 } = new MessageChannel();
	const received: unknown[] = [];
	port2.on("message", (message) => received.push(message));
	const options = window === undefined ? {} : { window };
	return {
		channel: portChannel(port1, layer, options),
		port: port2,
		received,
	};
}

const turns = async (): Promise<void> => {
	for (let i = 0; i < 20; i++) await new Promise((r) => setImmediate(r));
};

const listenersOf = (port: MessagePort): number =>
	["message", "messageerror", "close", "exit"]
		.map((type) => getEventListeners(port, type).length)
		.reduce((a, b) => a + b);

describe("portChannel", () => {
	test("carries whole messages of bytes, each in a buffer of its own", async () => {
		const { channel, port, received } = withPort(messages);
		const early = channel.send("a");
		port.postMessage({ type: "credit", amount: 10 });
		await early;
		for (const item of ["bb", ""]) await channel.send(item);
		await turns();
		expect(received).toEqual([
			{ type: "credit", amount: 64 },
			{ type: "data", chunk: bytes("a") },
			{ type: "data", chunk: bytes("bb") },
			{ type: "data", chunk: bytes("") },
		]);
		port.close();
	});

	test("copies the bytes of an item, and neither the slab behind them nor takes it away", async () => {
		const { channel, port, received } = withPort(lengthPrefixed());
		port.postMessage({ type: "credit", amount: 1000 });
		for (const item of ["one", "two"]) {
			await channel.send(bytes(item));
			await turns();
		}
		const chunks = received
			.slice(1)
			.map((message) => (message as { chunk: Uint8Array }).chunk);
		expect(chunks.map((chunk) => text(chunk.subarray(4)))).toEqual([
			"one",
			"two",
		]);
		for (const chunk of chunks) expect(chunk.buffer.byteLength).toBe(7);
		port.close();
	});

	test("carries values that can be cloned, and refuses one that cannot, before and after the first credit", async () => {
		const { port1, port2 } = new MessageChannel();
		const near = portChannel(port1, values);
		const refused = reasonOf(near.send({ f: () => {} }));
		const early = near.send({ date: new Date(0) });
		const far = portChannel(port2, values);
		expect(await refused).toMatchObject({ name: "DataCloneError" });
		await early;
		expect(await reasonOf(near.send({ f: () => {} }))).toMatchObject({
			name: "DataCloneError",
		});
		await near.send(null);
		await near.send("text");
		const closing = near.close();
		const received: unknown[] = [];
		for await (const value of far) received.push(value);
		expect(received).toEqual([{ date: new Date(0) }, null, "text"]);
		await closing;
		await far.close();
		await collect(near as Channel<never>);
		await near.closed;
	});

	test("sends no more bytes than the peer has given credit for", async () => {
		const { channel, port, received } = withPort(lengthPrefixed());
		const sending = channel.send(new Uint8Array(100_000));
		const bytesOf = (): number[] =>
			received
				.slice(1)
				.map((message) => (message as { chunk: Uint8Array }).chunk.length);
		await turns();
		expect(bytesOf()).toEqual([]);
		for (const amount of [1, 1000, 50_000]) {
			port.postMessage({ type: "credit", amount });
			await turns();
		}
		expect(bytesOf()).toEqual([1, 1000, 50_000]);
		port.postMessage({ type: "credit", amount: 60_000 });
		await sending;
		await turns();
		expect(bytesOf()).toEqual([1, 1000, 50_000, 100_004 - 51_001]);
		port.close();
	});

	test("sends no more messages than the peer has given credit for", async () => {
		const { channel, port, received } = withPort(values);
		port.postMessage({ type: "credit", amount: 2 });
		let resolved = 0;
		for (let i = 0; i < 5; i++)
			void channel.send(i).then(() => {
				resolved += 1;
			});
		await turns();
		expect(received).toHaveLength(1 + 2);
		expect(resolved).toBe(1);
		port.postMessage({ type: "credit", amount: 10 });
		await turns();
		expect(received).toHaveLength(1 + 5);
		expect(resolved).toBe(5);
		port.close();
	});

	test("gives credit for what was read, by the half window", async () => {
		const { channel, port, received } = withPort(values, 4);
		for (let i = 0; i < 4; i++) port.postMessage({ type: "data", chunk: i });
		await turns();
		expect(received).toEqual([{ type: "credit", amount: 4 }]);
		const iterator = channel[Symbol.asyncIterator]();
		await iterator.next();
		await turns();
		expect(received).toHaveLength(1);
		await iterator.next();
		await turns();
		expect(received.slice(1)).toEqual([{ type: "credit", amount: 2 }]);
		port.close();
	});

	test.each([
		[
			"more than it has credit for",
			[0, 1, 2].map((chunk) => ({ type: "data", chunk })),
		],
		["something after its end", [{ type: "end" }, { type: "data", chunk: 0 }]],
		["what is no message of a channel", [{ hello: "world" }]],
		["nothing", [null]],
	])("fails when the peer sends %s", async (_, sent) => {
		const { channel, port, received } = withPort(values, 2);
		for (const message of sent) port.postMessage(message);
		await once(port, "close");
		const error = await reasonOf(channel.send("x"));
		expect(error).toBeInstanceOf(Error);
		await collect(channel as Channel<never>);
		expect(await reasonOf(channel.closed)).toBe(error);
		expect(received.at(-1)).toMatchObject({ type: "abort" });
	});

	test("fails when the peer sends values where bytes belong", async () => {
		const { channel, port } = withPort(lengthPrefixed());
		port.postMessage({ type: "data", chunk: "text" });
		expect((await collect(channel)).error).toBeInstanceOf(Error);
	});

	test("reports the peer's abort with its reason, and one that cannot be cloned in words", async () => {
		for (const [reason, cause] of [
			[new RangeError("too much"), new RangeError("too much")],
			[Symbol("why"), "Symbol(why)"],
		]) {
			const { port1, port2 } = new MessageChannel();
			const near = portChannel(port1, values);
			const far = portChannel(port2, values);
			near.abort(reason);
			const { error } = await collect(far as Channel<never>);
			expect((error as Error).cause).toEqual(cause);
			expect(await reasonOf(far.send("x"))).toBe(error);
			expect(await reasonOf(far.closed)).toBe(error);
		}
	});

	test("reports a port that was closed without an end", async () => {
		const { channel, port } = withPort(values);
		port.postMessage({ type: "data", chunk: "last words" });
		port.close();
		await turns();
		const iterator = channel[Symbol.asyncIterator]();
		expect(await iterator.next()).toEqual({ value: "last words", done: false });
		const error = await reasonOf(iterator.next());
		expect(String(error)).toMatch(/closed before its end/);
		expect(await reasonOf(channel.send("x"))).toBe(error);
		expect(await reasonOf(channel.closed)).toBe(error);
	});

	test("closes the port and leaves no listener when both directions have ended", async () => {
		const { port1, port2 } = new MessageChannel();
		const before = listenersOf(port1);
		const near = portChannel(port1, values);
		const far = portChannel(port2, values);
		const closed = Promise.all([once(port1, "close"), once(port2, "close")]);
		await Promise.all([near.close(), far.close()]);
		await collect(near as Channel<never>);
		await collect(far as Channel<never>);
		await closed;
		expect(listenersOf(port1)).toBe(before);
	});

	test("talks to a Worker, which ends by itself", async () => {
		const worker = new Worker(fixture("worker.ts"), { execArgv });
		const exit = once(worker, "exit");
		const channel = portChannel(worker, lengthPrefixed());
		const iterator = channel[Symbol.asyncIterator]();
		const large = new Uint8Array(1_000_000).fill(7);
		for (const item of [bytes("one"), large, bytes("three")]) {
			const sending = channel.send(item);
			expect((await iterator.next()).value).toEqual(item);
			await sending;
		}
		await channel.close();
		expect(await iterator.next()).toEqual({ value: undefined, done: true });
		await channel.closed;
		expect(worker.listenerCount("message")).toBe(0);
		expect(await exit).toEqual([0]);
	});

	test("reports the abort of a Worker that fails, whose error is left to its owner", async () => {
		const worker = new Worker(fixture("worker.ts"), {
			execArgv,
			workerData: "fail",
		});
		const failure = once(worker, "error");
		const channel = portChannel(worker, lengthPrefixed());
		await channel.send(bytes("x"));
		const { error } = await collect(channel);
		expect(String(error)).toMatch(/peer aborted/);
		expect(await reasonOf(channel.closed)).toBe(error);
		expect(String(await failure)).toMatch(/failed in the worker/);
	});

	test("reports a Worker that exits", async () => {
		const worker = new Worker(fixture("worker.ts"), { execArgv });
		const channel = portChannel(worker, lengthPrefixed());
		await worker.terminate();
		const { error } = await collect(channel);
		expect(String(error)).toMatch(/closed before its end/);
	});

	test("lets a process end by itself when its channels are closed", async () => {
		const child = spawn(process.execPath, [
			...execArgv,
			fileURLToPath(fixture("both-ports.ts")),
		]);
		const exit = once(child, "exit");
		expect(await textOf(child.stdout)).toBe("hello\n");
		expect(await exit).toEqual([0, null]);
	});

	test("refuses a window that holds nothing", () => {
		const { port1 } = new MessageChannel();
		for (const window of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
			expect(() => portChannel(port1, values, { window })).toThrow(RangeError);
	});
});
