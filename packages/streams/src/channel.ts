import type {
	ByteEncoder,
	Decoder,
	Encoder,
	Item,
	Layer,
} from "@framewright/codec";
import { deferred } from "./deferred.ts";
import { Incoming } from "./incoming.ts";
import { Outgoing } from "./outgoing.ts";
import type { Transport } from "./transport.ts";

/**
 * A connection that carries items both ways.
 *
 *     for await (const message of channel) await channel.send(reply(message));
 *     await channel.close();
 *
 * Errors of the connection are what the transport reports; errors of the input are a `DecodeError`. Either reaches the
 * iteration after the items before it, and every send. A promise of `send` or `close` that is rejected because the channel
 * failed may be left alone: it never becomes an unhandled rejection.
 */
export interface Channel<T, Sent = T> extends AsyncIterable<T> {
	/**
	 * Encodes an item at once, and sends it: items go out in the order of the calls, those of one tick in one write where a
	 * write is dear. Resolves when there is room for more, so that awaiting it bounds the memory; that the item has arrived
	 * is for the peer to say. A payload of 128 KiB or more may be sent without a copy: leave its bytes alone until then.
	 * Rejects when it can never be sent: with the encoder's error, of which nothing is on the wire, and the channel goes on;
	 * or with the error that ended the channel.
	 */
	send(item: Sent): Promise<void>;
	/** Half-closes: flushes what was sent and ends our direction, while the other goes on. Resolves when flushed. Idempotent. */
	close(): Promise<void>;
	/**
	 * Tears down both directions at once; what was not written yet is dropped. Pending and later sends and the iteration
	 * reject with the reason (default: a `DOMException` named `AbortError`). Does nothing after both directions ended.
	 */
	abort(reason?: unknown): void;
	/** Settles when both directions have ended: resolves after a clean end, rejects with the first error. Never an unhandled rejection. */
	readonly closed: Promise<void>;
	/**
	 * Receives items. Nothing is read before somebody asks, so that the peer feels the backpressure. There is one iterator:
	 * asking again continues where the first left off, and concurrent calls of `next` are served in order.
	 *
	 * Leaving a `for await` early aborts the channel, as it does with Node's and the Web's streams; what was sent before is
	 * still handed to the transport. To read single items and go on, call `next`.
	 */
	[Symbol.asyncIterator](): AsyncIterator<T, undefined>;
}

/** What all channels can be told. */
export interface ChannelOptions {
	/** Aborts the channel with the signal's reason. Its listener is gone when the channel is closed. */
	readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a channel of a transport: what `nodeChannel` and its siblings do with the source and the sink of their kind.
 *
 *     items <- [layer.decoder] <- source        read only while somebody waits for an item
 *     items -> [layer.encoder] ->  sink         gathered for a tick, or up to 64 KiB; one write at a time
 */
export function channel<Upper extends Item, Lower extends Item, Sent = Upper>(
	transport: Transport<Lower>,
	layer: Layer<Upper, Lower, Sent>,
	options: ChannelOptions = {},
): Channel<Upper, Sent> {
	return new TransportChannel(transport, layer, options);
}

/**
 * Returns the encoder if its lower side is a stream of bytes, which may be joined and cut anywhere, rather than messages.
 * That it can append is not enough: a codec of whole messages can do so, too.
 */
export function streamEncoder<Sent, Lower extends Item>(
	encoder: Encoder<Sent, Lower>,
	decoder: Decoder<Lower, Item>,
): ByteEncoder<Sent> | undefined {
	return "encodeInto" in encoder && "rest" in decoder
		? (encoder as Encoder<Sent, Lower> & ByteEncoder<Sent>)
		: undefined;
}

class TransportChannel<Upper extends Item, Lower extends Item, Sent>
	implements Channel<Upper, Sent>
{
	readonly closed: Promise<void>;
	readonly #incoming: Incoming<Upper, Lower>;
	readonly #outgoing: Outgoing<Sent, Lower>;
	readonly #iterator: AsyncIterator<Upper, undefined>;
	readonly #settle: () => void;
	#receives = true;
	#sends = true;
	#error: { readonly reason: unknown } | undefined;

	constructor(
		{ source, sink }: Transport<Lower>,
		layer: Layer<Upper, Lower, Sent>,
		{ signal }: ChannelOptions,
	) {
		const decoder = layer.decoder();
		const encoder = layer.encoder();
		const incoming = new Incoming(source, decoder, {
			ended: () => this.#over({ receives: false }),
			failed: (reason) => this.#fail(reason),
		});
		const appender = streamEncoder(encoder, decoder);
		const outgoing = new Outgoing(sink, encoder, appender, {
			ended: () => this.#over({ sends: false }),
			failed: (reason) => this.#failSending(reason),
		});
		this.#incoming = incoming;
		this.#outgoing = outgoing;
		this.#iterator = {
			next: () => incoming.next(),
			return: () => this.#leave(),
		};

		const closed = deferred<void>();
		this.closed = closed.promise;
		const onAbort = (): void => this.abort(signal?.reason);
		this.#settle = () => {
			signal?.removeEventListener("abort", onAbort);
			if (this.#error === undefined) closed.resolve();
			else closed.reject(this.#error.reason);
		};
		source.closed?.catch((reason) => this.#fail(reason));
		sink.closed?.then(
			() => outgoing.cutOff(),
			(reason) => this.#failSending(reason),
		);
		if (signal?.aborted) onAbort();
		else signal?.addEventListener("abort", onAbort);
	}

	send(item: Sent): Promise<void> {
		return this.#outgoing.send(item);
	}

	close(): Promise<void> {
		return this.#outgoing.close();
	}

	abort(
		reason: unknown = new DOMException("The channel was aborted", "AbortError"),
	): void {
		this.#fail(reason);
		this.#incoming.abort(reason);
	}

	[Symbol.asyncIterator](): AsyncIterator<Upper, undefined> {
		return this.#iterator;
	}

	/** Leaves the iteration before its end. */
	#leave(): Promise<IteratorReturnResult<undefined>> {
		if (this.#receives) {
			this.#outgoing.flush();
			this.abort();
		}
		return Promise.resolve({ done: true, value: undefined });
	}

	/** Ends both directions with an error. Items that have arrived are still handed over. */
	#fail(reason: unknown): void {
		if (!this.#receives && !this.#sends) return;
		this.#error ??= { reason };
		this.#incoming.fail(reason);
		this.#outgoing.fail(reason);
		this.#over({ receives: false, sends: false });
	}

	/**
	 * Ends our direction with an error. What the peer has said is still worth reading, a child process's last words above
	 * all, so that the other direction goes on to its end, and reports the error there.
	 */
	#failSending(reason: unknown): void {
		if (!this.#sends) return;
		this.#error ??= { reason };
		this.#outgoing.fail(reason);
		this.#incoming.spoil(reason);
		this.#over({ sends: false });
	}

	#over({ receives = this.#receives, sends = this.#sends }): void {
		if (!this.#receives && !this.#sends) return;
		this.#receives = receives;
		this.#sends = sends;
		if (!receives && !sends) this.#settle();
	}
}
