import type { ByteLayer, Item } from "@framewright/codec";
import { type Channel, type ChannelOptions, channel } from "./channel.ts";
import { type Deferred, deferred } from "./deferred.ts";
import type { Sink, Source } from "./transport.ts";

// Described rather than imported: whoever uses this subpath on Deno or with readable-stream needs no @types/node.

// biome-ignore lint/suspicious/noExplicitAny: what every event's listener can be assigned to, and it to them.
type Listener = (...args: any[]) => void;

interface NodeStream {
	on(event: string, listener: Listener): unknown;
	off(event: string, listener: Listener): unknown;
	destroy(): unknown;
	readonly destroyed: boolean;
	readonly closed: boolean;
	readonly errored: Error | null;
}

/** What a channel needs of a `stream.Readable`. */
export interface NodeReadable extends NodeStream {
	read(): unknown;
	readonly readableEnded: boolean;
	readonly readableEncoding: string | null;
}

/** What a channel needs of a `stream.Writable`. */
export interface NodeWritable extends NodeStream {
	write(chunk: Uint8Array, written: (error?: Error | null) => void): boolean;
	cork(): void;
	uncork(): void;
	end(): unknown;
	readonly writableFinished: boolean;
	/** 1 for `process.stdout`, 2 for `process.stderr`. */
	readonly fd?: unknown;
}

/** Two streams that are one connection: `{ readable: child.stdout, writable: child.stdin }`. */
export interface NodePair {
	readonly readable: NodeReadable;
	readonly writable: NodeWritable;
}

/**
 * Makes a channel over a Node stream: a socket or another duplex, or a pair such as a child process's or our own stdio.
 *
 *     nodeChannel(socket, layer)
 *     nodeChannel({ readable: child.stdout, writable: child.stdin }, layer)
 *     nodeChannel({ readable: process.stdin, writable: process.stdout }, layer)
 *
 * The stream belongs to the channel from now on; it buffers up to its `highWaterMark` in either direction. Aborting
 * destroys it. Without `allowHalfOpen`, Node ends our direction as soon as the peer's end was read, which closes the channel.
 * Standard output and standard error are flushed, but neither ended nor destroyed: their end is the process's.
 *
 * Errors are the stream's own (`ECONNRESET`, `EPIPE`), or an `Error` with the code `ERR_STREAM_PREMATURE_CLOSE`.
 * Throws a `TypeError` for a stream that decodes text, after `setEncoding`.
 */
export function nodeChannel<Upper extends Item, Sent = Upper>(
	stream: (NodeReadable & NodeWritable) | NodePair,
	layer: ByteLayer<Upper, Sent>,
	options?: ChannelOptions,
): Channel<Upper, Sent> {
	// A duplex has properties of these names, too; they are booleans.
	const { readable, writable } =
		"read" in stream ? { readable: stream, writable: stream } : stream;
	if (readable.readableEncoding)
		throw new TypeError(
			`nodeChannel() reads bytes, but the stream decodes them as ${readable.readableEncoding}`,
		);
	return channel(
		{ source: new ReadableSource(readable), sink: new WritableSink(writable) },
		layer,
		options,
	);
}

class ReadableSource implements Source<Uint8Array> {
	readonly #stream: NodeReadable;
	readonly #broken: Deferred<never> = deferred();
	readonly closed: Promise<never> = this.#broken.promise;
	#reading: Deferred<Uint8Array | undefined> | undefined;
	#listens = false;

	constructor(stream: NodeReadable) {
		this.#stream = stream;
		if (stream.destroyed && !stream.readableEnded)
			this.#fail(stream.errored ?? prematureClose());
		if (stream.closed) return;
		stream.on("error", this.#fail);
		stream.on("close", this.#onClose);
	}

	read(): Promise<Uint8Array | undefined> {
		const stream = this.#stream;
		const chunk = stream.read() as Uint8Array | null;
		if (chunk !== null) return Promise.resolve(chunk);
		if (stream.readableEnded) return Promise.resolve(undefined);
		this.#reading = deferred();
		if (!this.#listens) {
			// Not before the first read: listening makes the stream read ahead.
			this.#listens = true;
			stream.on("readable", this.#onReadable);
			stream.on("end", this.#onEnd);
		}
		return this.#reading.promise;
	}

	cancel(): void {
		this.#stopListening();
		this.#stream.destroy();
	}

	// Errors are listened to until the stream is closed: a late one must not be thrown at the process.
	#stopListening(): void {
		this.#stream.off("readable", this.#onReadable);
		this.#stream.off("end", this.#onEnd);
	}

	readonly #onReadable = (): void => {
		if (this.#reading === undefined) return;
		const chunk = this.#stream.read() as Uint8Array | null;
		if (chunk === null) return;
		this.#reading.resolve(chunk);
		this.#reading = undefined;
	};

	readonly #onEnd = (): void => {
		this.#stopListening();
		this.#reading?.resolve(undefined);
	};

	readonly #onClose = (): void => {
		if (!this.#stream.readableEnded) this.#fail(prematureClose());
		this.#stopListening();
		this.#stream.off("error", this.#fail);
		this.#stream.off("close", this.#onClose);
	};

	readonly #fail = (error: Error): void => {
		this.#broken.reject(error);
	};
}

class WritableSink implements Sink<Uint8Array> {
	readonly #stream: NodeWritable;
	readonly #finished: Deferred<void> = deferred();
	readonly closed: Promise<void> = this.#finished.promise;
	#drained: Deferred<void> | undefined;
	/** Writes that the stream has not called back for. */
	#unwritten = 0;
	/** Whether the stream is the process's own, which is not ours to end, and the channel is done with it. */
	#parting = false;

	constructor(stream: NodeWritable) {
		this.#stream = stream;
		if (stream.destroyed && !stream.writableFinished)
			this.#fail(stream.errored ?? prematureClose());
		if (stream.closed) return;
		stream.on("error", this.#fail);
		stream.on("close", this.#onClose);
		stream.on("drain", this.#onDrain);
		stream.on("finish", this.#onFinish);
	}

	write(chunk: Uint8Array): Promise<void> {
		this.#unwritten += 1;
		if (this.#stream.write(chunk, this.#onWritten)) return DONE;
		this.#drained = deferred();
		return this.#drained.promise;
	}

	writev(chunks: readonly Uint8Array[]): Promise<void> {
		const sent = deferred<void>();
		const stream = this.#stream;
		stream.cork();
		for (const chunk of chunks.slice(0, -1)) {
			this.#unwritten += 1;
			stream.write(chunk, this.#onWritten);
		}
		this.#unwritten += 1;
		stream.write(chunks.at(-1) as Uint8Array, (error) => {
			this.#onWritten(error);
			if (!error) sent.resolve();
		});
		stream.uncork();
		return sent.promise;
	}

	end(): Promise<void> {
		if (isOwn(this.#stream)) this.#part();
		else if (this.#stream.writableFinished) this.#onFinish();
		else this.#stream.end();
		return this.#finished.promise;
	}

	abort(): void {
		if (isOwn(this.#stream)) this.#part();
		else this.#stream.destroy();
	}

	#part(): void {
		this.#parting = true;
		if (this.#unwritten > 0) return;
		this.#onFinish();
		this.#stream.off("error", this.#fail);
		this.#stream.off("close", this.#onClose);
	}

	readonly #onWritten = (error?: Error | null): void => {
		this.#unwritten -= 1;
		// The stream is about to emit the same error, so that the listener for it stays.
		if (error) this.#fail(error);
		else if (this.#parting) this.#part();
	};

	readonly #onDrain = (): void => {
		this.#drained?.resolve();
	};

	readonly #onFinish = (): void => {
		this.#stream.off("drain", this.#onDrain);
		this.#stream.off("finish", this.#onFinish);
		// Nothing drains any more once the stream was told to end.
		this.#drained?.resolve();
		this.#finished.resolve();
	};

	readonly #onClose = (): void => {
		if (!this.#stream.writableFinished) this.#fail(prematureClose());
		this.#onFinish();
		this.#stream.off("error", this.#fail);
		this.#stream.off("close", this.#onClose);
	};

	readonly #fail = (error: Error): void => {
		this.#finished.reject(error);
	};
}

const DONE = Promise.resolve();

/** Whether this is standard output or standard error. */
function isOwn({ fd }: NodeWritable): boolean {
	return fd === 1 || fd === 2;
}

function prematureClose(): Error {
	return Object.assign(new Error("The stream was closed before its end"), {
		code: "ERR_STREAM_PREMATURE_CLOSE",
	});
}
