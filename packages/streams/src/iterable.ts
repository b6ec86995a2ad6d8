import { ByteWriter, type Item, type Layer } from "@framewright/codec";
import {
	type Channel,
	type ChannelOptions,
	channel,
	streamEncoder,
} from "./channel.ts";
import { Handoff, NOWHERE } from "./handoff.ts";
import { GATHERED } from "./outgoing.ts";
import type { Sink, Source } from "./transport.ts";

/** A connection as libp2p has it: what arrives is iterated, and what leaves is iterated by `sink`. */
export interface IterableDuplex<Chunk = Uint8Array> {
	readonly source: AsyncIterable<Chunk> | Iterable<Chunk>;
	/** Called once, at once; what it returns settles when it has taken all it wants. */
	readonly sink: (chunks: AsyncIterable<Chunk>) => Promise<unknown>;
}

/**
 * Decodes chunks to items, as they are asked for. Every iteration starts anew with the source.
 *
 *     for await (const item of decode(createReadStream(path), layer)) use(item);
 *
 * Rejects with a `DecodeError`, or with the source's error, after the items before it. Leaving early returns the source's
 * iterator, and so does the signal.
 */
export function decode<Upper extends Item, Lower extends Item>(
	source: AsyncIterable<NoInfer<Lower>> | Iterable<NoInfer<Lower>>,
	layer: Layer<Upper, Lower, never>,
	options?: ChannelOptions,
): AsyncIterable<Upper> {
	return {
		[Symbol.asyncIterator]: () =>
			channel(
				{ source: new IterableSource(source), sink: NOWHERE },
				layer,
				options,
			)[Symbol.asyncIterator](),
	};
}

/**
 * Encodes items to chunks, as they are asked for. Items that are there at once, those of an `Iterable`, share chunks of
 * about 64 KiB; those of an `AsyncIterable` are not held back.
 *
 * Rejects with the encoder's `RangeError`, or with the error of `items`, after the bytes of the items before it. The chunks
 * are pieces of larger buffers: copy one before you transfer it.
 */
export async function* encode<Sent, Lower extends Item>(
	items: AsyncIterable<NoInfer<Sent>> | Iterable<NoInfer<Sent>>,
	layer: Layer<Item, Lower, Sent>,
): AsyncIterable<Lower> {
	const encoder = layer.encoder();
	const appender = streamEncoder(encoder, layer.decoder());
	if (appender === undefined || Symbol.asyncIterator in items) {
		for await (const item of items) yield encoder.encode(item);
		return;
	}
	// With room for the item that goes beyond it.
	const writer = new ByteWriter(1.25 * GATHERED);
	// Only layers on the wire are gathered, whose lower side is bytes.
	const take = (): Lower => writer.take() as Item as Lower;
	try {
		for (const item of items) {
			writer.append(appender, item);
			if (writer.length >= GATHERED) yield take();
		}
	} catch (error) {
		if (writer.length > 0) yield take();
		throw error;
	}
	if (writer.length > 0) yield take();
}

/**
 * Makes a channel over a duplex of async iterables, such as libp2p's.
 *
 * It holds one chunk that `sink` has not asked for. When `sink` returns before `close`, our direction has ended.
 * Errors are those of `source` and of `sink`; aborting rejects what `sink` iterates, and returns the source's iterator.
 */
export function iterableChannel<
	Upper extends Item,
	Lower extends Item,
	Sent = Upper,
>(
	{ source, sink }: IterableDuplex<NoInfer<Lower>>,
	layer: Layer<Upper, Lower, Sent>,
	options?: ChannelOptions,
): Channel<Upper, Sent> {
	return channel(
		{ source: new IterableSource(source), sink: new IterableSink(sink) },
		layer,
		options,
	);
}

const END: IteratorReturnResult<undefined> = { value: undefined, done: true };

class IterableSource<Chunk> implements Source<Chunk> {
	readonly #iterator: AsyncIterator<Chunk> | Iterator<Chunk>;

	constructor(chunks: AsyncIterable<Chunk> | Iterable<Chunk>) {
		this.#iterator =
			Symbol.asyncIterator in chunks
				? chunks[Symbol.asyncIterator]()
				: chunks[Symbol.iterator]();
	}

	async read(): Promise<Chunk | undefined> {
		const result = await this.#iterator.next();
		return result.done ? undefined : result.value;
	}

	async cancel(): Promise<void> {
		try {
			await this.#iterator.return?.();
		} catch {
			// The channel has failed for a reason already, which matters more than how the source takes it.
		}
	}
}

class IterableSink<Chunk> implements Sink<Chunk> {
	readonly #handoff: Handoff<Chunk> = new Handoff();
	readonly closed: Promise<unknown>;

	constructor(sink: IterableDuplex<Chunk>["sink"]) {
		this.closed = this.#feed(sink);
	}

	write(chunk: Chunk): Promise<void> {
		return this.#handoff.write(chunk);
	}

	async end(): Promise<void> {
		await this.#handoff.end();
		await this.closed;
	}

	abort(reason: unknown): void {
		this.#handoff.abort(reason);
	}

	async #feed(sink: IterableDuplex<Chunk>["sink"]): Promise<unknown> {
		const handoff = this.#handoff;
		return await sink({
			[Symbol.asyncIterator]: () => ({
				next: () =>
					handoff
						.read()
						.then((value) =>
							value === undefined ? END : { value, done: false },
						),
				return() {
					handoff.cancel(new Error("The sink has stopped reading"));
					return Promise.resolve(END);
				},
			}),
		});
	}
}
