import type { Item, Layer } from "@framewright/codec";
import { type Channel, type ChannelOptions, channel } from "./channel.ts";
import { Handoff, NOTHING, NOWHERE } from "./handoff.ts";
import type { Sink, Source } from "./transport.ts";

type Reader<Chunk> = Pick<
	ReadableStreamDefaultReader<Chunk>,
	"closed" | "read" | "cancel" | "releaseLock"
>;
type Writer<Chunk> = Pick<
	WritableStreamDefaultWriter<Chunk>,
	"closed" | "ready" | "write" | "close" | "abort" | "releaseLock"
>;

/**
 * A connection as the Web has it: a `WebTransportBidirectionalStream`, a Deno connection, a pair of transform streams. Only
 * what a channel needs is asked of the streams, since the types of the DOM and those of `node:stream/web` do not mix.
 */
export interface WebPair<Chunk = Uint8Array> {
	readonly readable: { getReader(): Reader<Chunk> };
	readonly writable: { getWriter(): Writer<Chunk> };
}

/**
 * Makes a channel over a pair of Web streams, which it locks until either direction has ended.
 *
 * The streams buffer as much as their own strategies say; the channel adds nothing to that. Chunks get memory of their own
 * before they are written, since what is behind a stream may transfer them. Aborting cancels the one and aborts the other.
 * Errors are those of the streams.
 */
export function webChannel<
	Upper extends Item,
	Lower extends Item,
	Sent = Upper,
>(
	{ readable, writable }: WebPair<NoInfer<Lower>>,
	layer: Layer<Upper, Lower, Sent>,
	options?: ChannelOptions,
): Channel<Upper, Sent> {
	return channel(
		{
			source: new WebSource(readable.getReader()),
			sink: new WebSink(writable.getWriter()),
		},
		layer,
		options,
	);
}

/**
 * Decodes chunks to items, as a stream to pipe through:
 *
 *     for await (const item of response.body.pipeThrough(new DecoderStream(layer))) use(item);
 *
 * Holds two chunks at the most, one that is being decoded and one behind it, and what the decoder keeps of an item that
 * spans chunks. Items are decoded as they are read, so that none is buffered. A `DecodeError` errors both sides.
 */
export class DecoderStream<
	Upper extends Item,
	Lower extends Item = Uint8Array,
> {
	readonly readable: ReadableStream<Upper>;
	readonly writable: WritableStream<Lower>;

	constructor(layer: Layer<Upper, Lower, never>) {
		const input = new Handoff<Lower>();
		const items = channel({ source: input, sink: NOWHERE }, layer)[
			Symbol.asyncIterator
		]();
		this.writable = new WritableStream<Lower>({
			start(controller) {
				input.closed.catch((reason) => controller.error(reason));
			},
			write: (chunk) => input.write(chunk),
			close: () => input.end(),
			abort: (reason) => input.abort(reason),
		});
		this.readable = new ReadableStream<Upper>(
			{
				async pull(controller) {
					const { done, value } = await items.next();
					if (done) controller.close();
					else controller.enqueue(value);
				},
				cancel: (reason) => input.cancel(reason),
			},
			{ highWaterMark: 0 },
		);
	}
}

/**
 * Encodes items to chunks, as a stream to pipe through:
 *
 *     items.pipeThrough(new EncoderStream(layer)).pipeTo(socket.writable)
 *
 * Holds about 128 KiB at the most, a chunk that waits to be read and one that is gathered, and one item behind them. Items
 * written in one tick share a chunk. An item that cannot be encoded errors both sides.
 */
export class EncoderStream<Sent, Lower extends Item = Uint8Array> {
	readonly readable: ReadableStream<Lower>;
	readonly writable: WritableStream<Sent>;

	constructor(layer: Layer<Item, Lower, Sent>) {
		const output = new Handoff<Lower>();
		const items = channel({ source: NOTHING, sink: output }, layer);
		this.writable = new WritableStream<Sent>({
			start(controller) {
				output.closed.catch((reason) => controller.error(reason));
			},
			async write(item) {
				try {
					await items.send(item);
				} catch (error) {
					items.abort(error);
					throw error;
				}
			},
			close: () => items.close(),
			abort: (reason) => items.abort(reason),
		});
		this.readable = new ReadableStream<Lower>(
			{
				async pull(controller) {
					const chunk = await output.read();
					if (chunk === undefined) controller.close();
					else controller.enqueue(detached(chunk));
				},
				cancel: (reason) => items.abort(reason),
			},
			{ highWaterMark: 0 },
		);
	}
}

class WebSource<Chunk> implements Source<Chunk> {
	readonly #reader: Reader<Chunk>;
	readonly closed: Promise<unknown>;

	constructor(reader: Reader<Chunk>) {
		this.#reader = reader;
		this.closed = reader.closed;
	}

	async read(): Promise<Chunk | undefined> {
		const { done, value } = await this.#reader.read();
		if (done) this.#reader.releaseLock();
		return value;
	}

	cancel(reason: unknown): void {
		this.#reader.cancel(reason).catch(() => {});
		this.#reader.releaseLock();
	}
}

class WebSink<Chunk> implements Sink<Chunk> {
	readonly #writer: Writer<Chunk>;
	readonly closed: Promise<unknown>;

	constructor(writer: Writer<Chunk>) {
		this.#writer = writer;
		this.closed = writer.closed;
	}

	write(chunk: Chunk): Promise<void> {
		// Its failure is that of `ready`, which comes as soon as there is room and not when all is written.
		this.#writer.write(detached(chunk)).catch(() => {});
		return this.#writer.ready;
	}

	async end(): Promise<void> {
		await this.#writer.close();
		this.#writer.releaseLock();
	}

	abort(reason: unknown): void {
		this.#writer.abort(reason).catch(() => {});
		this.#writer.releaseLock();
	}
}

/** Gives bytes memory of their own, so that transferring them takes nothing from their neighbours in the encoder's slab. */
function detached<Chunk>(chunk: Chunk): Chunk {
	return chunk instanceof Uint8Array
		? (new Uint8Array(chunk) as Chunk & Uint8Array)
		: chunk;
}
