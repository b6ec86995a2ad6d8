// What a channel does over any transport. Each transport's test runs all of it over real connections of its kind.

import { getEventListeners } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import {
	AppendingEncoder,
	type ByteDecoder,
	type ByteLayer,
	type ByteWriter,
	codecLayer,
	DecodeError,
	type Layer,
} from "@framewright/codec";
import { lengthPrefixed } from "@framewright/length-prefixed";
import type { Channel, ChannelOptions } from "@framewright/streams";
import { describe, expect, test } from "vitest";

type Bytes = Uint8Array;

/** Makes the two ends of a connection. */
export type Connect = (
	near: { layer: ByteLayer<Bytes> } & ChannelOptions,
	far: { layer: ByteLayer<Bytes> } & ChannelOptions,
) => Promise<[near: Channel<Bytes>, far: Channel<Bytes>]>;

/** Hands bytes on as they come: for a peer that does not keep to the framing. */
export const raw: ByteLayer<Bytes> = {
	decoder: () => new RawDecoder(),
	encoder: () => new RawEncoder(),
};

class RawDecoder implements ByteDecoder<Bytes> {
	readonly itemOffset = 0;
	readonly bytesHeld = 0;
	#chunks: Bytes[] = [];

	push(chunk: Bytes): void {
		this.#chunks.push(chunk);
	}

	pull(): Bytes | undefined {
		return this.#chunks.shift();
	}

	end(): void {}

	rest(): Bytes {
		return new Uint8Array(0);
	}
}

class RawEncoder extends AppendingEncoder<Bytes> {
	encodeInto(bytes: Bytes, writer: ByteWriter): void {
		writer.write(bytes);
	}
}

/** Whole messages of bytes, by an encoder that can append, as a JSON codec's does. */
export const messages: Layer<string, Bytes> = {
	decoder: () =>
		codecLayer<string, Bytes>({ encode: bytes, decode: text }).decoder(),
	encoder: () => new TextAppender(),
};

class TextAppender extends AppendingEncoder<string> {
	encodeInto(string: string, writer: ByteWriter): void {
		writer.write(bytes(string));
	}
}

export const text = (bytes: Bytes | undefined): string =>
	new TextDecoder().decode(bytes);
export const bytes = (string: string): Bytes =>
	new TextEncoder().encode(string);

/** Collects what a channel receives until it ends or fails. */
export async function collect(
	channel: Channel<Bytes>,
): Promise<{ items: string[]; error: unknown }> {
	const items: string[] = [];
	try {
		for await (const item of channel) items.push(text(item));
		return { items, error: undefined };
	} catch (error) {
		return { items, error };
	}
}

/** Ends both directions cleanly. Some transports have not flushed before the peer has read. */
async function finish(...ends: Channel<Bytes>[]): Promise<void> {
	await Promise.all(
		ends.flatMap((end) => [end.close(), collect(end), end.closed]),
	);
}

/** Waits for a rejection and returns its reason. */
export async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
	try {
		await promise;
	} catch (reason) {
		return reason;
	}
	throw new Error("The promise was expected to reject");
}

/**
 * States the behaviour of a channel as tests. `slack` bounds what a connection of this kind can hold between a sender and a
 * receiver that does not read, in bytes, both ends' buffers and the kernel's included. `deliversAfterAbort`: whether what was
 * handed to the transport arrives although the channel is aborted then.
 */
export function behavesAsChannel(
	name: string,
	connect: Connect,
	{ slack, deliversAfterAbort }: { slack: number; deliversAfterAbort: boolean },
): void {
	const framed = { layer: lengthPrefixed() };

	describe(`A channel over ${name}`, () => {
		test("carries items both ways, in order", async () => {
			const [near, far] = await connect(framed, framed);
			const expected = Array.from({ length: 1000 }, (_, i) => `item ${i}`);
			const send = async (channel: Channel<Bytes>) => {
				for (const item of expected) await channel.send(bytes(item));
				await channel.close();
			};
			const [atFar, atNear] = await Promise.all([
				collect(far),
				collect(near),
				send(near),
				send(far),
			]);
			expect(atFar).toEqual({ items: expected, error: undefined });
			expect(atNear).toEqual({ items: expected, error: undefined });
			await near.closed;
			await far.closed;
		});

		test("carries an item that is larger than every buffer", async () => {
			const [near, far] = await connect(framed, framed);
			const item = new Uint8Array(5_000_000).map((_, i) => i * 7);
			const sending = near.send(item).then(() => near.close());
			const iterator = far[Symbol.asyncIterator]();
			const { value } = await iterator.next();
			expect(Buffer.compare(value as Bytes, item)).toBe(0);
			expect(await iterator.next()).toEqual({ value: undefined, done: true });
			await sending;
			await finish(near, far);
		});

		test("half-closes: the peer's iteration ends, and it may still send", async () => {
			const [near, far] = await connect(framed, framed);
			await near.send(bytes("question"));
			await Promise.all([
				near.close(),
				(async () => {
					expect((await collect(far)).items).toEqual(["question"]);
				})(),
			]);
			await far.send(bytes("answer"));
			await far.send(bytes("more"));
			const closing = far.close();
			expect(await collect(near)).toEqual({
				items: ["answer", "more"],
				error: undefined,
			});
			await closing;
			await Promise.all([near.closed, far.closed]);
		});

		test("closes once, however often it is asked to, and refuses to send after that", async () => {
			const [near, far] = await connect(framed, framed);
			const first = near.close();
			expect(near.close()).toBe(first);
			const refusal = reasonOf(near.send(bytes("late")));
			expect(String(await refusal)).toMatch(/after close/);
			const atFar = await collect(far);
			expect(atFar).toEqual({ items: [], error: undefined });
			await first;
			await finish(near, far);
		});

		test("refuses an item that cannot be encoded, and goes on", async () => {
			const [near, far] = await connect(
				{ layer: lengthPrefixed({ maxLength: 8 }) },
				framed,
			);
			const sends = ["one", "far too long", "two"].map((item) =>
				near.send(bytes(item)),
			);
			expect(await reasonOf(sends[1] as Promise<void>)).toBeInstanceOf(
				RangeError,
			);
			await Promise.all([sends[0], sends[2]]);
			const closing = near.close();
			expect(await collect(far)).toEqual({
				items: ["one", "two"],
				error: undefined,
			});
			await closing;
			await finish(near, far);
		});

		test("hands over every item before a fault, then the DecodeError with its offset, and closes", async () => {
			const [near, far] = await connect(framed, { layer: raw });
			// Two frames, and the prefix of one of 4 GiB at offset 12.
			const sending = Promise.all([
				far.send(
					Uint8Array.of(0, 0, 0, 2, 97, 98, 0, 0, 0, 2, 99, 100, 255, 255),
				),
				far.send(Uint8Array.of(255, 255, 1, 2, 3)),
			]);
			const { items, error } = await collect(near);
			await sending;
			expect(items).toEqual(["ab", "cd"]);
			expect(error).toBeInstanceOf(DecodeError);
			expect(error).toMatchObject({ code: "too-large", offset: 12 });
			expect(await reasonOf(near.send(bytes("x")))).toBe(error);
			expect(await reasonOf(near.close())).toBe(error);
			expect(await reasonOf(near.closed)).toBe(error);
			expect((await collect(near)).error).toBe(error);
			await collect(far);
			far.abort();
		});

		test("reports an end inside an item as truncated", async () => {
			const [near, far] = await connect(framed, { layer: raw });
			await far.send(Uint8Array.of(0, 0, 0, 1, 97, 0, 0, 0));
			const closing = far.close();
			const { items, error } = await collect(near);
			expect(items).toEqual(["a"]);
			expect(error).toMatchObject({ code: "truncated", offset: 8 });
			expect(await reasonOf(near.closed)).toBe(error);
			await closing;
			far.abort();
		});

		test("takes a peer that sends one byte at a time", async () => {
			const [near, far] = await connect(framed, { layer: raw });
			const dripping = (async () => {
				for (const byte of [0, 0, 0, 2, 104, 105, 0, 0, 0, 0]) {
					await far.send(Uint8Array.of(byte));
					await turn();
				}
				await far.close();
			})();
			expect(await collect(near)).toEqual({
				items: ["hi", ""],
				error: undefined,
			});
			await dripping;
			await finish(near, far);
		});

		test("stops a sender whose peer does not read, within bounded memory", async () => {
			const [near, far] = await connect(framed, framed);
			const size = 16_384;
			const count = Math.ceil((4 * slack) / size);
			let sent = 0;
			let read = 0;
			let ahead = 0;
			const sending = (async () => {
				for (; sent < count; sent++) await near.send(new Uint8Array(size));
				await near.close();
			})();
			for await (const _ of far) {
				read += 1;
				ahead = Math.max(ahead, sent - read);
				// Gives the sender every chance to run away.
				await turn();
			}
			await sending;
			await finish(near, far);
			expect(read).toBe(count);
			expect(ahead * size).toBeLessThanOrEqual(slack);
		});

		test("serves concurrent calls of next in order, and goes on where an iterator left off", async () => {
			const [near, far] = await connect(framed, framed);
			const results = Promise.all(
				[1, 2, 3].map(() => far[Symbol.asyncIterator]().next()),
			);
			for (const item of ["a", "b", "c", "d"]) await near.send(bytes(item));
			expect((await results).map(({ value }) => text(value))).toEqual([
				"a",
				"b",
				"c",
			]);
			const closing = near.close();
			expect((await collect(far)).items).toEqual(["d"]);
			const ends = await Promise.all(
				[1, 2].map(() => far[Symbol.asyncIterator]().next()),
			);
			expect(ends).toEqual([
				{ value: undefined, done: true },
				{ value: undefined, done: true },
			]);
			await closing;
			await finish(near, far);
		});

		test("is aborted by leaving the iteration early, once what was sent is handed over", async () => {
			const [near, far] = await connect(framed, framed);
			await far.send(bytes("bye"));
			for await (const item of near) {
				await near.send(item);
				break;
			}
			const error = await reasonOf(near.closed);
			expect(error).toMatchObject({ name: "AbortError" });
			expect(await reasonOf(near.send(bytes("x")))).toBe(error);
			const { items } = await collect(far);
			expect(items).toEqual(deliversAfterAbort ? ["bye"] : []);
			far.abort();
		});

		test("rejects everything with the reason of an abort, and tells the peer", async () => {
			const [near, far] = await connect(framed, framed);
			const reason = new Error("enough");
			const iterator = near[Symbol.asyncIterator]();
			const waiting = [iterator.next(), iterator.next()].map(reasonOf);
			const closing = near.close();
			near.abort(reason);
			near.abort(new Error("too late"));
			expect(await Promise.all(waiting)).toEqual([reason, reason]);
			expect(await reasonOf(closing)).toBe(reason);
			expect(await reasonOf(near.send(bytes("x")))).toBe(reason);
			expect(await reasonOf(near.closed)).toBe(reason);
			expect(await reasonOf(iterator.next())).toBe(reason);
			// An end or an error, as the transport has it; but it must not wait for ever.
			await collect(far);
			far.abort();
		});

		test("rejects sends that wait for room when it is aborted", async () => {
			const [near, far] = await connect(framed, framed);
			const item = new Uint8Array(65_536);
			const reason = new Error("enough");
			const sends = Array.from({ length: Math.ceil(slack / 65_536) + 2 }, () =>
				near.send(item),
			);
			// The last of them is beyond what the connection can hold.
			const last = reasonOf(sends.at(-1) as Promise<void>);
			await turn();
			near.abort(reason);
			expect(await last).toBe(reason);
			far.abort();
		});

		test("is aborted by its signal while it waits, and leaves no listener behind", async () => {
			const controller = new AbortController();
			const { signal } = controller;
			const [near, far] = await connect({ ...framed, signal }, framed);
			expect(getEventListeners(signal, "abort")).toHaveLength(1);
			const waiting = collect(near);
			await turn();
			const reason = new Error("shutting down");
			controller.abort(reason);
			expect((await waiting).error).toBe(reason);
			expect(await reasonOf(near.send(bytes("x")))).toBe(reason);
			expect(await reasonOf(near.closed)).toBe(reason);
			expect(getEventListeners(signal, "abort")).toHaveLength(0);
			far.abort();
		});

		test("fails at once when its signal was aborted before", async () => {
			const reason = new Error("too late");
			const signal = AbortSignal.abort(reason);
			const [near, far] = await connect({ ...framed, signal }, framed);
			expect(await reasonOf(near.send(bytes("x")))).toBe(reason);
			expect((await collect(near)).error).toBe(reason);
			expect(await reasonOf(near.closed)).toBe(reason);
			expect(getEventListeners(signal, "abort")).toHaveLength(0);
			far.abort();
		});

		test("leaves no listener on its signal after a clean end", async () => {
			const { signal } = new AbortController();
			const [near, far] = await connect({ ...framed, signal }, framed);
			await finish(near, far);
			expect(getEventListeners(signal, "abort")).toHaveLength(0);
		});
	});
}
