import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DecodeError } from "@framewright/codec";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { decode, encode, iterableChannel } from "@framewright/streams/iterable";
import { describe, expect, test } from "vitest";
import {
	behavesAsChannel,
	bytes,
	collect,
	messages,
	reasonOf,
	text,
} from "./behaviour.ts";

/** What libp2p calls a pair: the sink of one end is the source of the other. */
function wire(): {
	source: AsyncIterable<Uint8Array>;
	sink: (chunks: AsyncIterable<Uint8Array>) => Promise<void>;
} {
	let connect!: (chunks: AsyncIterable<Uint8Array>) => void;
	let disconnect!: () => void;
	const connected = new Promise<AsyncIterable<Uint8Array>>((resolve) => {
		connect = resolve;
	});
	const disconnected = new Promise<void>((resolve) => {
		disconnect = resolve;
	});
	return {
		source: (async function* () {
			try {
				yield* await connected;
			} finally {
				disconnect();
			}
		})(),
		sink: (chunks) => {
			connect(chunks);
			return disconnected;
		},
	};
}

behavesAsChannel(
	"a duplex of async iterables",
	async (near, far) => {
		const there = wire();
		const back = wire();
		return [
			iterableChannel(
				{ source: back.source, sink: there.sink },
				near.layer,
				near,
			),
			iterableChannel(
				{ source: there.source, sink: back.sink },
				far.layer,
				far,
			),
		];
	},
	{ slack: 200_000, deliversAfterAbort: false },
);

const layer = lengthPrefixed();

const frames = (...strings: string[]): Uint8Array =>
	Uint8Array.from(
		strings.flatMap((string) => [...layer.encoder().encode(bytes(string))]),
	);

/** Collects what is iterated until it ends or fails. */
async function drain<T>(
	iterable: AsyncIterable<T>,
): Promise<{ items: T[]; error: unknown }> {
	const items: T[] = [];
	try {
		for await (const item of iterable) items.push(item);
		return { items, error: undefined };
	} catch (error) {
		return { items, error };
	}
}

/** Yields chunks, and notes whether its iterator was returned. */
function sourceOf(...chunks: (Uint8Array | Error)[]) {
	const source = {
		left: false,
		taken: 0,
		async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
			try {
				for (const chunk of chunks) {
					if (chunk instanceof Error) throw chunk;
					source.taken += 1;
					yield chunk;
				}
			} finally {
				source.left = true;
			}
		},
	};
	return source;
}

describe("decode", () => {
	test("decodes an array of chunks, as often as it is iterated", async () => {
		const wire = frames("one", "two", "three");
		const items = decode([wire.subarray(0, 9), wire.subarray(9)], layer);
		for (let i = 0; i < 2; i++)
			expect((await drain(items)).items.map(text)).toEqual([
				"one",
				"two",
				"three",
			]);
	});

	test("decodes a file", async () => {
		const directory = mkdtempSync(join(tmpdir(), "framewright-"));
		const path = join(directory, "frames");
		const expected = Array.from({ length: 20_000 }, (_, i) => `item ${i}`);
		writeFileSync(path, frames(...expected));
		const { items } = await drain(decode(createReadStream(path), layer));
		rmSync(directory, { recursive: true });
		expect(items.map(text)).toEqual(expected);
	});

	test("takes a chunk when its items are asked for, and leaves the source when it is left", async () => {
		const source = sourceOf(frames("a", "b"), frames("c"), frames("d"));
		for await (const item of decode(source, layer)) {
			expect(source.taken).toBe(text(item) === "c" ? 2 : 1);
			if (text(item) === "c") break;
		}
		expect(source).toMatchObject({ taken: 2, left: true });
	});

	test("reports a fault after the items before it, and leaves the source", async () => {
		const source = sourceOf(frames("a"), Uint8Array.of(255, 255, 255, 255, 0));
		const { items, error } = await drain(decode(source, layer));
		expect(items.map(text)).toEqual(["a"]);
		expect(error).toBeInstanceOf(DecodeError);
		expect(error).toMatchObject({ code: "too-large", offset: 5 });
		expect(source.left).toBe(true);
	});

	test("reports the source's own error, and an end inside an item", async () => {
		const cause = new Error("disk on fire");
		const broken = await drain(decode(sourceOf(frames("a"), cause), layer));
		expect(broken.items).toHaveLength(1);
		expect(broken.error).toBe(cause);
		const short = await drain(decode([frames("abc").subarray(0, 6)], layer));
		expect(short.error).toMatchObject({ code: "truncated", offset: 6 });
	});

	test("is aborted by a signal, which leaves the source", async () => {
		const controller = new AbortController();
		const { signal } = controller;
		const source = sourceOf(frames("a"), frames("b"));
		const iterator = decode(source, layer, { signal })[Symbol.asyncIterator]();
		await iterator.next();
		controller.abort(new Error("enough"));
		expect(await reasonOf(iterator.next())).toBe(signal.reason);
		await new Promise(setImmediate);
		expect(source.left).toBe(true);
	});
});

describe("encode", () => {
	test("joins items that are there at once in chunks of about 64 KiB", async () => {
		const items = Array.from({ length: 1000 }, () => new Uint8Array(996));
		const { items: chunks } = await drain(encode(items, layer));
		expect(chunks).toHaveLength(Math.ceil(1_000_000 / 66_000));
		const back = await drain(decode(chunks, layer));
		expect(back.items).toEqual(items);
	});

	test("holds back no item of an async iterable", async () => {
		let made = 0;
		async function* items() {
			for (const item of ["one", "two"]) {
				made += 1;
				yield bytes(item);
			}
		}
		for await (const chunk of encode(items(), layer))
			expect(chunk).toEqual(frames(made === 1 ? "one" : "two"));
		expect(made).toBe(2);
	});

	test("hands over the bytes of the items before one that cannot be encoded", async () => {
		const narrow = lengthPrefixed({ maxLength: 3 });
		const strings = ["one", "two", "three", "six"];
		for (const items of [
			strings.map(bytes),
			(async function* () {
				yield* strings.map(bytes);
			})(),
		]) {
			const { items: chunks, error } = await drain(encode(items, narrow));
			expect(error).toBeInstanceOf(RangeError);
			const back = await drain(decode(chunks, narrow));
			expect(back.items.map(text)).toEqual(["one", "two"]);
		}
	});

	test("keeps messages apart where the lower side is no stream of bytes", async () => {
		const { items } = await drain(encode(["a", "b"], messages));
		expect(items.map(text)).toEqual(["a", "b"]);
	});
});

describe("iterableChannel", () => {
	const silence: AsyncIterable<Uint8Array> = {
		[Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
	};

	test("flushes when the sink has taken all, and not before", async () => {
		let finish!: () => void;
		const received: Uint8Array[] = [];
		const channel = iterableChannel(
			{
				source: [],
				sink: async (chunks) => {
					for await (const chunk of chunks) received.push(chunk);
					await new Promise<void>((resolve) => {
						finish = resolve;
					});
				},
			},
			layer,
		);
		void channel.send(bytes("a"));
		let flushed = false;
		const closing = channel.close().then(() => {
			flushed = true;
		});
		await new Promise(setImmediate);
		expect(flushed).toBe(false);
		finish();
		await closing;
		expect(received).toEqual([frames("a")]);
		await collect(channel);
		await channel.closed;
	});

	test("reports a sink that fails to send, and goes on reading", async () => {
		const error = new Error("EPIPE");
		const channel = iterableChannel(
			{
				source: [frames("last words")],
				sink: async (chunks) => {
					for await (const _ of chunks) throw error;
				},
			},
			layer,
		);
		await channel.send(bytes("x"));
		await new Promise(setImmediate);
		const { items, error: reported } = await collect(channel);
		expect(items).toEqual(["last words"]);
		expect(reported).toBe(error);
		expect(await reasonOf(channel.send(bytes("y")))).toBe(error);
	});

	test("reports a sink that throws when it is called", async () => {
		const error = new Error("no connection");
		const channel = iterableChannel(
			{
				source: silence,
				sink: () => {
					throw error;
				},
			},
			layer,
		);
		await new Promise(setImmediate);
		expect(await reasonOf(channel.send(bytes("x")))).toBe(error);
		channel.abort();
	});

	test("ends our direction when the sink has had enough", async () => {
		const channel = iterableChannel(
			{
				source: [],
				sink: async (chunks) => {
					for await (const _ of chunks) break;
				},
			},
			layer,
		);
		await channel.send(bytes("enough"));
		await new Promise(setImmediate);
		expect(String(await reasonOf(channel.send(bytes("x"))))).toMatch(/ended/);
		await collect(channel);
		await channel.closed;
	});

	test("rejects what waits when the sink reads no further, although it has not returned", async () => {
		const channel = iterableChannel(
			{
				source: silence,
				sink: async (chunks) => {
					for await (const _ of chunks) break;
					await new Promise(() => {});
				},
			},
			layer,
		);
		const sends = [1, 2].map(() => channel.send(new Uint8Array(70_000)));
		expect(String(await reasonOf(sends[1] as Promise<void>))).toMatch(
			/stopped reading/,
		);
		channel.abort();
	});

	test("tells a sink of the end as often as it asks", async () => {
		const ends: boolean[] = [];
		const channel = iterableChannel(
			{
				source: [],
				sink: async (chunks) => {
					const iterator = chunks[Symbol.asyncIterator]();
					for (let i = 0; i < 3; i++)
						ends.push((await iterator.next()).done === true);
				},
			},
			layer,
		);
		void channel.send(bytes("a"));
		await channel.close();
		expect(ends).toEqual([false, true, true]);
	});

	test("rejects what the sink iterates when it is aborted, and leaves the source", async () => {
		const reason = new Error("enough");
		const source = sourceOf(frames("a"), frames("b"));
		let taken: unknown;
		const channel = iterableChannel(
			{
				source,
				sink: async (chunks) => {
					taken = (await drain(chunks)).error;
				},
			},
			layer,
		);
		await channel[Symbol.asyncIterator]().next();
		channel.abort(reason);
		await new Promise(setImmediate);
		expect(taken).toBe(reason);
		expect(source.left).toBe(true);
	});
});
