import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import {
	setTimeout as sleep,
	setImmediate as turn,
} from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { stack } from "@framewright/codec";
import { jsonRpc } from "@framewright/json-rpc";
import { jsonRpcPeer } from "@framewright/json-rpc-peer";
import { lengthPrefixed } from "@framewright/length-prefixed";
import {
	createRing,
	DIED,
	ENDED,
	MessageConsumer,
	MessageProducer,
	markDead,
	StreamConsumer,
	StreamProducer,
} from "@framewright/ring-buffer";
import type { Channel } from "@framewright/streams";
import { decode, encode } from "@framewright/streams/iterable";
import {
	createRingPair,
	markPeerDead,
	type RingPair,
	readRing,
	ringChannel,
	ringReadable,
	ringWritable,
	writeRing,
} from "@framewright/streams/ring-buffer";
import { describe, expect, test, vi } from "vitest";
import {
	behavesAsChannel,
	bytes,
	collect,
	messages,
	reasonOf,
	text,
} from "./behaviour.ts";
import type { Task } from "./fixtures/ring-worker.ts";

const execArgv = ["--conditions=@framewright/source"];
const fixture = (name: string): URL =>
	new URL(`fixtures/${name}`, import.meta.url);

for (const spin of [0.05, 0])
	behavesAsChannel(
		`a pair of rings, spinning for ${spin} ms`,
		async (near, far) => {
			const [here, there] = createRingPair(65_536);
			return [
				ringChannel(here, near.layer, { ...near, spin }),
				ringChannel(there, far.layer, { ...far, spin }),
			];
		},
		{ slack: 262_144, deliversAfterAbort: true },
	);

/** A channel of whole messages at one end, and the bare sides of its rings at the other. */
function withRings(capacity = 64) {
	const [here, there] = createRingPair(capacity);
	return {
		here,
		channel: ringChannel(here, messages),
		consumer: new MessageConsumer(there.receive),
		producer: new MessageProducer(there.send),
	};
}

/** The bytes of a ring that were published and not read. */
const fillOf = (ring: MessageConsumer): number => ring.fill;

describe("ringChannel", () => {
	test("carries whole messages, each as one of the ring", async () => {
		const { channel, consumer, producer } = withRings();
		for (const item of ["a", "", "bb"]) await channel.send(item);
		await turn();
		const received = [1, 2, 3].map(() => text(consumer.read()));
		expect(received).toEqual(["a", "", "bb"]);
		producer.write(bytes("back"));
		expect(await channel[Symbol.asyncIterator]().next()).toEqual({
			value: "back",
			done: false,
		});
		channel.abort();
	});

	test("publishes a message when it is sent, so that the peer can begin", () => {
		const { channel, consumer } = withRings();
		const seen: number[] = [];
		for (const item of ["a", "b", "c"]) {
			void channel.send(item);
			seen.push(fillOf(consumer));
		}
		expect(seen).toEqual([16, 32, 48]);
		channel.abort();
	});

	test("publishes an item of a stream when it is sent, and gathers while the peer has some to read", async () => {
		const [here, there] = createRingPair(1024);
		const channel = ringChannel(here, lengthPrefixed());
		const consumer = new MessageConsumer(there.receive);
		const send = (): void => void channel.send(bytes("x"));
		send();
		expect(consumer.read()).toHaveLength(5);
		send();
		send();
		send();
		expect(consumer.read()).toHaveLength(5);
		expect(consumer.read()).toBeUndefined();
		send();
		expect(consumer.read()).toHaveLength(15);
		send();
		send();
		await turn();
		expect(consumer.read()).toHaveLength(5);
		expect(consumer.read()).toHaveLength(5);
		channel.abort();
	});

	test("lets the event loop turn, however much there is to read", async () => {
		const { channel, producer } = withRings(65_536);
		while (producer.write(bytes("x")));
		producer.close();
		let turns = 0;
		let ended = false;
		const counting = (async () => {
			for (; !ended; turns++) await turn();
		})();
		let items = 0;
		for await (const _ of channel) items++;
		ended = true;
		await counting;
		expect(items).toBe(4096);
		// 256 messages a turn.
		expect(turns).toBeGreaterThanOrEqual(15);
		channel.abort();
	});

	test.each([
		["messages", (ring: RingPair) => ringChannel(ring, messages), "x"],
		[
			"bytes",
			(ring: RingPair) => ringChannel(ring, lengthPrefixed()),
			new Uint8Array(1000),
		],
	])(
		"lets the event loop turn, however much is sent: %s",
		async (_, open, item) => {
			const [here] = createRingPair(4_194_304);
			const channel = open(here) as Channel<never>;
			let turns = 0;
			let ended = false;
			const counting = (async () => {
				for (; !ended; turns++) await turn();
			})();
			for (let i = 0; i < 2000; i++) {
				await channel.send(item as never);
			}
			ended = true;
			await counting;
			// 256 items a turn, or those and 64 KiB.
			expect(turns).toBeGreaterThanOrEqual(5);
			channel.abort();
		},
	);

	test("gives small items memory that they share, but never the same", async () => {
		const [here, there] = createRingPair(262_144);
		const near = ringChannel(here, lengthPrefixed());
		const far = ringChannel(there, lengthPrefixed());
		const sent = Array.from({ length: 300 }, (_, i) =>
			new Uint8Array((i * 97) % 1200).fill(i),
		);
		for (const item of sent) await near.send(item);
		await near.close();
		const items: Uint8Array[] = [];
		for await (const item of far) items.push(item);
		expect(
			items.every(
				(item, i) => Buffer.compare(item, sent[i] as Uint8Array) === 0,
			),
		).toBe(true);
		expect(items).toHaveLength(300);
		const buffers = new Set(items.map(({ buffer }) => buffer));
		expect(buffers.size).toBeLessThan(150);
		far.abort();
	});

	test("does not look before it sleeps after it has looked in vain: once, then three times", async () => {
		const memory = createRing("messages", 64);
		const producer = new MessageProducer(memory);
		const messages = readRing(new MessageConsumer(memory))[
			Symbol.asyncIterator
		]();
		const clock = vi.spyOn(performance, "now");
		const looked: boolean[] = [];
		for (let wait = 0; wait < 7; wait++) {
			clock.mockClear();
			const reading = messages.next();
			// Far more than it looks for.
			await sleep(20);
			looked.push(clock.mock.calls.length > 0);
			producer.write(bytes("x"));
			await reading;
		}
		clock.mockRestore();
		expect(looked.map(Number).join("")).toBe("1010001");
		producer.close();
		await messages.next();
	});

	test("refuses a message that is too large for the ring, and goes on", async () => {
		const { channel, consumer } = withRings(64);
		const sends = ["1", "x".repeat(25), "x".repeat(24)].map((item) =>
			channel.send(item),
		);
		const refusal = await reasonOf(sends[1] as Promise<void>);
		expect(refusal).toBeInstanceOf(RangeError);
		expect(String(refusal)).toMatch(/24 bytes at most in this ring, not 25/);
		await Promise.all([sends[0], sends[2]]);
		await turn();
		expect([consumer.read()?.length, consumer.read()?.length]).toEqual([1, 24]);
		channel.abort();
	});

	test("waits for room, in the order of the sends", async () => {
		const { channel, consumer } = withRings(64);
		const sent: number[] = [];
		const sends = Array.from({ length: 8 }, (_, i) =>
			channel.send(`${i}`.repeat(16)).then(() => sent.push(i)),
		);
		await turn();
		expect(sent.length).toBeLessThan(8);
		const received: string[] = [];
		while (received.length < 8) {
			const message = consumer.read();
			if (message === undefined) await turn();
			else received.push(text(message).charAt(0));
		}
		await Promise.all(sends);
		expect(received.join("")).toBe("01234567");
		channel.abort();
	});

	test("gives items memory that is not shared", async () => {
		const [here, there] = createRingPair(1024);
		const near = ringChannel(here, lengthPrefixed());
		const far = ringChannel(there, lengthPrefixed());
		await near.send(bytes("x"));
		const { value } = await far[Symbol.asyncIterator]().next();
		expect(value?.buffer).toBeInstanceOf(ArrayBuffer);
		near.abort();
		far.abort();
	});

	test.each([
		[7, 7],
		[{ code: 2 ** 31 - 1 }, 2 ** 31 - 1],
		[{ code: "too-large" }, 1],
		[0, 1],
		[2 ** 31, 1],
		[new Error("why"), 1],
		[null, 1],
	])(
		"tells the peer a code for the reason %j of an abort",
		async (reason, code) => {
			const { channel, consumer, producer } = withRings();
			channel.abort(reason);
			expect([consumer.end, producer.end]).toEqual([code, code]);
			expect(await reasonOf(channel.closed)).toBe(reason);
		},
	);

	test("reports the code of a peer's abort, after what it had sent", async () => {
		const { channel, consumer, producer } = withRings();
		producer.write(bytes("last words"));
		producer.close(9);
		consumer.close(9);
		const iterator = channel[Symbol.asyncIterator]();
		expect((await iterator.next()).value).toBe("last words");
		const error = (await reasonOf(iterator.next())) as Error;
		expect(error.message).toBe("The peer aborted the channel");
		expect(error.cause).toBe(9);
		expect(await reasonOf(channel.send("x"))).toBe(error);
		expect(await reasonOf(channel.closed)).toBe(error);
	});

	test("reports the death of the thread at the other end to one who reads, and to one who waits for room", async () => {
		for (const fills of [false, true]) {
			const { here, channel } = withRings(64);
			const waiting = fills
				? Promise.all([1, 2, 3].map(() => channel.send("x".repeat(24))))
				: channel[Symbol.asyncIterator]().next();
			await turn();
			markPeerDead(here);
			const error = await reasonOf(waiting);
			expect(String(error)).toMatch(/thread at the other end has died/);
			const { error: later } = await collect(channel as Channel<never>);
			expect(later).toEqual(error);
			expect(await reasonOf(channel.closed)).toBe(error);
		}
	});

	test("takes no death for an error after a clean end", async () => {
		const { here, channel, consumer, producer } = withRings();
		producer.close();
		const closing = channel.close();
		consumer.close();
		markPeerDead(here);
		expect(await collect(channel as Channel<never>)).toEqual({
			items: [],
			error: undefined,
		});
		await closing;
		await channel.closed;
	});

	test("fails a send to a peer that has stopped reading, and reads on", async () => {
		const { channel, consumer, producer } = withRings();
		consumer.close();
		const error = await reasonOf(channel.send("x"));
		expect(String(error)).toMatch(/stopped reading/);
		producer.write(bytes("a"));
		expect((await channel[Symbol.asyncIterator]().next()).value).toBe("a");
		channel.abort();
	});

	test("reports corrupted memory as a DecodeError", async () => {
		const { here, channel, producer } = withRings();
		producer.write(bytes("a"));
		new Int32Array(here.receive)[768 / 4] = 1000;
		expect((await collect(channel as Channel<never>)).error).toMatchObject({
			code: "invalid-length",
			offset: 768,
		});
	});

	test("reports corrupted memory to one who sends, too", async () => {
		const { here, channel } = withRings();
		new Int32Array(here.send)[384 / 4] = 4;
		const sends = ["a", "b", "c", "d", "e"].map((item) => channel.send(item));
		expect(await reasonOf(Promise.all(sends))).toMatchObject({
			code: "invalid-length",
		});
	});

	test("takes each role once, and lets go of one when the other is taken", () => {
		const [here, there] = createRingPair(64);
		new MessageProducer(here.send);
		expect(() => ringChannel(here, messages)).toThrow(/producer already/);
		expect(new MessageProducer(there.send).end).toBe(1);
	});

	test("refuses a spin that is no time", () => {
		const [here] = createRingPair(64);
		for (const spin of [-1, Number.NaN])
			expect(() => ringChannel(here, messages, { spin })).toThrow(RangeError);
	});

	test("lets a process end by itself when its channels are closed or aborted", async () => {
		const child = spawn(process.execPath, [
			...execArgv,
			fileURLToPath(fixture("both-rings.ts")),
		]);
		const exit = once(child, "exit");
		expect(await textOf(child.stdout)).toBe("hello\naborted\n");
		expect(await exit).toEqual([0, null]);
	});
});

function startWorker(what: Task["what"], capacity = 65_536) {
	const [here, there] = createRingPair(capacity);
	const worker = new Worker(fixture("ring-worker.ts"), {
		execArgv,
		workerData: { rings: there, what } satisfies Task,
	});
	worker.once("exit", () => markPeerDead(here));
	const exit = once(worker, "exit");
	// That of a worker which fails is for the tests that wait for it.
	exit.catch(() => {});
	return { here, worker, exit };
}

describe("A worker at the other end of a pair of rings", () => {
	test("echoes frames of all sizes, and ends by itself", async () => {
		const { here, exit } = startWorker("echo");
		const channel = ringChannel(here, lengthPrefixed());
		const iterator = channel[Symbol.asyncIterator]();
		const large = new Uint8Array(1_000_000).map((_, i) => i * 31);
		for (const item of [bytes("one"), large, bytes("three")]) {
			const sending = channel.send(item);
			const { value } = await iterator.next();
			expect(Buffer.compare(value as Uint8Array, item)).toBe(0);
			await sending;
		}
		await channel.close();
		expect(await iterator.next()).toEqual({ value: undefined, done: true });
		await channel.closed;
		expect(await exit).toEqual([0]);
	});

	test("ends our iteration with an error when it fails", async () => {
		const { here, worker } = startWorker("fail");
		const failure = once(worker, "error");
		const channel = ringChannel(here, lengthPrefixed());
		await channel.send(bytes("x"));
		const { error } = await collect(channel);
		expect(error).toBeInstanceOf(Error);
		expect(await reasonOf(channel.closed)).toBe(error);
		expect(String(await failure)).toMatch(/failed in the worker/);
	});

	test("ends our iteration with an error when it is terminated", async () => {
		const { here, worker } = startWorker("echo");
		const channel = ringChannel(here, lengthPrefixed());
		await channel.send(bytes("x"));
		const iterator = channel[Symbol.asyncIterator]();
		expect(text((await iterator.next()).value)).toBe("x");
		const waiting = reasonOf(iterator.next());
		await worker.terminate();
		expect(String(await waiting)).toMatch(/has died/);
	});

	test.each(["messages", "bytes"] as const)(
		"answers calls of JSON-RPC, over %s",
		async (what) => {
			const { here, exit } = startWorker(what, 1024);
			const layer =
				what === "messages" ? jsonRpc() : stack(lengthPrefixed(), jsonRpc());
			const peer = jsonRpcPeer(ringChannel(here, layer));
			const answers = await Promise.all(
				Array.from({ length: 200 }, (_, i) => peer.request("add", [i, 1])),
			);
			expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
			await peer.close();
			expect(await exit).toEqual([0]);
		},
	);
});

const words = ["one", "two", "three", "x".repeat(1000)].map(bytes);
const framing = lengthPrefixed();

describe("Streams over a ring", () => {
	test("async iterables: what one writes, the other reads, to the end", async () => {
		const memory = createRing("messages", 4096);
		const writing = writeRing(new MessageProducer(memory), words);
		const received: string[] = [];
		for await (const message of readRing(new MessageConsumer(memory)))
			received.push(text(message));
		await writing;
		expect(received).toEqual(words.map(text));
	});

	test("async iterables over a ring of bytes that is smaller than a frame", async () => {
		const memory = createRing("bytes", 64);
		const writing = writeRing(
			new StreamProducer(memory, "bytes"),
			encode(words, framing),
		);
		const received: string[] = [];
		const chunks = readRing(new StreamConsumer(memory, "bytes"));
		for await (const frame of decode(chunks, framing))
			received.push(text(frame));
		await writing;
		expect(received).toEqual(words.map(text));
	});

	test("leaving an iteration closes the consumer, and fails the writer", async () => {
		const memory = createRing("messages", 64);
		const writing = writeRing(
			new MessageProducer(memory),
			[1, 2, 3, 4].map((n) => new Uint8Array(20).fill(n)),
		);
		const failure = reasonOf(writing);
		for await (const message of readRing(new MessageConsumer(memory))) {
			expect(message[0]).toBe(1);
			break;
		}
		expect(await failure).toMatchObject({ cause: 1 });
	});

	test("a source that fails closes the ring with a code, which the reader gets after what came before", async () => {
		const memory = createRing("messages", 1024);
		const reason = Object.assign(new Error("no more"), { code: 5 });
		const failing = async function* () {
			yield bytes("a");
			throw reason;
		};
		expect(
			await reasonOf(writeRing(new MessageProducer(memory), failing())),
		).toBe(reason);
		const iterator = readRing(new MessageConsumer(memory))[
			Symbol.asyncIterator
		]();
		expect(text((await iterator.next()).value)).toBe("a");
		expect(await reasonOf(iterator.next())).toMatchObject({ cause: 5 });
	});

	test("Web streams carry messages both ends, with the end and an abort", async () => {
		const memory = createRing("messages", 4096);
		const writing = new Blob([text(words[0])])
			.stream()
			.pipeTo(ringWritable(new MessageProducer(memory)));
		const received: string[] = [];
		for await (const message of ringReadable(new MessageConsumer(memory)))
			received.push(text(message));
		await writing;
		expect(received).toEqual(["one"]);

		const other = createRing("bytes", 64);
		const producer = new StreamProducer(other, "bytes");
		const writer = ringWritable(producer).getWriter();
		const reader = ringReadable(new StreamConsumer(other, "bytes")).getReader();
		await writer.write(bytes("a"));
		await writer.abort(3);
		expect(text((await reader.read()).value)).toBe("a");
		expect(await reasonOf(reader.read())).toMatchObject({ cause: 3 });
	});

	test("cancelling a Web stream closes the consumer with a code", async () => {
		const memory = createRing("messages", 64);
		const producer = new MessageProducer(memory);
		await ringReadable(new MessageConsumer(memory)).cancel(4);
		expect(producer.end).toBe(4);
	});

	test("Node streams are made of the iterables", async () => {
		const memory = createRing("bytes", 1024);
		const source = Readable.from(words.map((word) => Buffer.from(word)));
		const writing = pipeline(source, (chunks: AsyncIterable<Buffer>) =>
			writeRing(new StreamProducer(memory, "bytes"), chunks),
		);
		const reading = textOf(
			Readable.from(readRing(new StreamConsumer(memory, "bytes"))),
		);
		await writing;
		expect(await reading).toBe(words.map(text).join(""));
	});

	test("a dead producer fails the reader after what it had published", async () => {
		const memory = createRing("messages", 64);
		new MessageProducer(memory).write(bytes("a"));
		markDead(memory, "producer");
		const consumer = new MessageConsumer(memory);
		const iterator = readRing(consumer)[Symbol.asyncIterator]();
		expect(text((await iterator.next()).value)).toBe("a");
		expect(String(await reasonOf(iterator.next()))).toMatch(/has died/);
		expect([consumer.end, ENDED]).toEqual([DIED, -1]);
	});
});
