import type { Item, Layer } from "@framewright/codec";
import {
	createRing,
	MessageConsumer,
	MessageProducer,
	markDead,
} from "@framewright/ring-buffer";
import {
	type Channel,
	type ChannelOptions,
	channel,
	streamEncoder,
} from "./channel.ts";
import { MessageSink, PieceSink } from "./ring-sink.ts";
import { RingSource } from "./ring-source.ts";
import {
	type RingConsumer,
	type RingProducer,
	type RingWait,
	spinOf,
} from "./ring-wait.ts";
import { Slab } from "./slab.ts";
import type { Sink } from "./transport.ts";

export type { RingConsumer, RingProducer, RingWait };

/** Two rings of messages: the one that this thread reads, and the one that it writes. */
export interface RingPair {
	readonly receive: SharedArrayBuffer;
	readonly send: SharedArrayBuffer;
}

/** How a channel over rings behaves. */
export interface RingOptions extends ChannelOptions, RingWait {}

/**
 * Makes the memory of a pair of rings, as each of the two threads has to see it. `capacity` is that of each ring, in bytes.
 * Throws a `RangeError` if it is no power of two from 32 on, and a `TypeError` where there is no SharedArrayBuffer.
 */
export function createRingPair(
	capacity: number,
): [near: RingPair, far: RingPair] {
	const there = createRing("messages", capacity);
	const back = createRing("messages", capacity);
	return [
		{ receive: back, send: there },
		{ receive: there, send: back },
	];
}

/**
 * Tells our end of a pair that the thread at the other end is gone: call it when a worker exits. Iteration and sends then
 * fail, unless the other end was closed before; what had arrived is still handed over.
 */
export function markPeerDead({ receive, send }: RingPair): void {
	markDead(receive, "producer");
	markDead(send, "consumer");
}

/**
 * Makes a channel over a pair of rings, of which the other thread has the reverse: `{ receive: send, send: receive }`.
 *
 * Where the layer's lower side is a stream of bytes (`stack(lengthPrefixed(), jsonRpc())`), items may be of any size, and go
 * out at once if the peer has nothing to read, else with those of their tick. Where it is whole messages (`jsonRpc()` alone),
 * each is a message of the ring, and one of more than half the capacity, less 8 bytes, rejects its send with a `RangeError`.
 *
 * What arrives is copied out of the ring, so that no item is a view of shared memory. Nothing blocks the event loop, which
 * turns after 256 KiB or 256 messages. A read that waits keeps Node alive.
 *
 * Aborting tells the peer a code: the reason, or its `code`, if that is a whole number from 1 to 2^31 - 1; else 1. Errors: an
 * `Error` with the peer's code as its `cause`; an `Error` if its thread has died; a `DecodeError` if the memory is corrupted.
 *
 * Throws what attaching to a ring does: a `DecodeError`, a `TypeError`, or an `Error` if a role is taken.
 */
export function ringChannel<Upper extends Item, Sent = Upper>(
	{ receive, send }: RingPair,
	layer: Layer<Upper, Uint8Array, Sent>,
	options: RingOptions = {},
): Channel<Upper, Sent> {
	const spin = spinOf(options);
	const isStream =
		streamEncoder(layer.encoder(), layer.decoder()) !== undefined;
	const source = new RingSource(new MessageConsumer(receive), spin, new Slab());
	let sink: Sink<Uint8Array>;
	try {
		const ring = new MessageProducer(send);
		sink = isStream ? new PieceSink(ring, spin) : new MessageSink(ring, spin);
	} catch (error) {
		source.cancel(error);
		throw error;
	}
	return channel({ source, sink }, layer, options);
}

/**
 * Iterates over the messages of a ring, or over its bytes in chunks, to its end. Each is a copy.
 *
 *     for await (const item of decode(readRing(new MessageConsumer(memory)), layer)) use(item);
 *
 * Rejects with an `Error` whose `cause` is the producer's code, or which says that its thread has died. Leaving early closes
 * the consumer with the code 1.
 */
export function readRing(
	ring: RingConsumer,
	options: RingWait = {},
): AsyncIterable<Uint8Array> {
	const source = new RingSource(ring, spinOf(options));
	const iterator: AsyncIterator<Uint8Array, undefined> = {
		async next() {
			const value = await source.read();
			return value === undefined
				? { value: undefined, done: true }
				: { value, done: false };
		},
		async return() {
			source.cancel(undefined);
			return { value: undefined, done: true };
		},
	};
	return { [Symbol.asyncIterator]: () => iterator };
}

/**
 * Writes each chunk as a message of a ring, or as bytes, waits where it is full, and closes it at the end. When `chunks` fail,
 * or a message is too large for the ring, it closes it with a code (see `ringChannel`), and rejects with the error.
 */
export async function writeRing(
	ring: RingProducer,
	chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
	options: RingWait = {},
): Promise<void> {
	const sink = sinkOf(ring, options);
	try {
		for await (const chunk of chunks) await sink.write(chunk);
		await sink.end();
	} catch (error) {
		sink.abort(error);
		throw error;
	}
}

/** Makes a stream of the messages of a ring, or of its bytes in chunks. It reads when it is read. Errors as `readRing`. */
export function ringReadable(
	ring: RingConsumer,
	options: RingWait = {},
): ReadableStream<Uint8Array> {
	const source = new RingSource(ring, spinOf(options));
	return new ReadableStream(
		{
			async pull(controller) {
				const chunk = await source.read();
				if (chunk === undefined) controller.close();
				else controller.enqueue(chunk);
			},
			cancel: (reason) => source.cancel(reason),
		},
		{ highWaterMark: 0 },
	);
}

/** Makes a stream that writes each chunk as a message of a ring, or as bytes. Errors as `writeRing`. */
export function ringWritable(
	ring: RingProducer,
	options: RingWait = {},
): WritableStream<Uint8Array> {
	const sink = sinkOf(ring, options);
	return new WritableStream({
		write: (chunk) => sink.write(chunk),
		close: () => sink.end(),
		abort: (reason) => sink.abort(reason),
	});
}

function sinkOf(ring: RingProducer, options: RingWait): Sink<Uint8Array> {
	const spin = spinOf(options);
	return ring instanceof MessageProducer
		? new MessageSink(ring, spin)
		: new PieceSink(ring, spin);
}
