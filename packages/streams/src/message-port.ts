import type { Item, Layer } from "@framewright/codec";
import {
	type Channel,
	type ChannelOptions,
	channel,
	streamEncoder,
} from "./channel.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { Queue } from "./queue.ts";
import type { Sink, Source, Transport } from "./transport.ts";

// biome-ignore lint/suspicious/noExplicitAny: what every event's listener can be assigned to, and it to them.
type Listener = (event: any) => void;

/**
 * One end of a connection by messages: a `MessagePort` of the Web or of `node:worker_threads`, its `parentPort`, a `Worker`
 * of either, or a worker's `self`.
 */
export type MessageEndpoint = {
	postMessage(message: unknown, transfer: ArrayBuffer[]): void;
	start?(): void;
	close?(): void;
} & (
	| {
			addEventListener(type: string, listener: Listener): void;
			removeEventListener(type: string, listener: Listener): void;
	  }
	| {
			on(type: string, listener: Listener): unknown;
			off(type: string, listener: Listener): unknown;
	  }
);

/** How a channel over a port behaves. */
export interface PortOptions extends ChannelOptions {
	/**
	 * How much the peer may send ahead of what we have read: bytes if the layer's lower side is a stream of bytes, else
	 * messages. It bounds what this end buffers. Default: 262,144 bytes, or 64 messages.
	 */
	readonly window?: number | undefined;
}

/**
 * Makes a channel over a port; the peer must do the same at the other end. It starts the port, which keeps a Node process
 * alive, and closes it when both directions have ended; a worker is left running, and its errors are for its owner to hear.
 *
 * What the layer's lower side is goes into the messages: pieces of a stream of bytes (`stack(lengthPrefixed(), jsonRpc())`),
 * whole messages of bytes (`jsonRpc()` alone), or any values that can be cloned. Bytes are copied once, into a buffer of
 * their own, and transferred. A value that cannot be cloned rejects its own send with a `DataCloneError`.
 *
 *     { type: "credit", amount }    the receiver has room for this much more; the first one opens the window
 *     { type: "data", chunk }       costs its bytes, or 1, of the credit
 *     { type: "end" }               nothing more comes this way; the other direction goes on
 *     { type: "abort", reason }     both directions are over; the port is closed
 *
 * Credit is given back when half the window was read. Errors: an `Error` with the peer's reason as its `cause`; an `Error`
 * if the port is closed before its end (Node tells; browsers may not), or if the peer exceeds its credit.
 *
 * Throws a `RangeError` for a window that is not a whole number above zero.
 */
export function portChannel<
	Upper extends Item,
	Lower extends Item,
	Sent = Upper,
>(
	port: MessageEndpoint,
	layer: Layer<Upper, Lower, Sent>,
	options: PortOptions = {},
): Channel<Upper, Sent> {
	const isStream =
		streamEncoder(layer.encoder(), layer.decoder()) !== undefined;
	const { window = isStream ? 262_144 : 64 } = options;
	if (!Number.isSafeInteger(window) || window < 1)
		throw new RangeError(
			`portChannel(): window must be a whole number above zero, not ${window}`,
		);
	return channel(
		new PortTransport<Lower>(port, window, isStream),
		layer,
		options,
	);
}

type PortMessage<Chunk> =
	| { readonly type: "credit"; readonly amount: number }
	| { readonly type: "data"; readonly chunk: Chunk }
	| { readonly type: "end" }
	| { readonly type: "abort"; readonly reason: unknown };

class PortTransport<Chunk> implements Transport<Chunk> {
	readonly source: Source<Chunk>;
	readonly sink: Sink<Chunk>;
	readonly #port: MessageEndpoint;
	readonly #listeners: ReadonlyMap<string, Listener>;
	readonly #isStream: boolean;
	readonly #window: number;
	readonly #receiving: Deferred<never> = deferred();
	readonly #sending: Deferred<never> = deferred();
	#arrived: Queue<Chunk> = new Queue();
	#reading: Deferred<Chunk | undefined> | undefined;
	/** What the peer may still send. */
	#granted: number;
	/** What was read since the peer was last given credit. */
	#used = 0;
	/** What we may still send. */
	#credit = 0;
	#room: Deferred<void> | undefined;
	#peerEnded = false;
	#ended = false;
	#closed = false;
	#error: { readonly reason: unknown } | undefined;

	constructor(port: MessageEndpoint, window: number, isStream: boolean) {
		this.#port = port;
		this.#window = this.#granted = window;
		this.#isStream = isStream;
		this.source = {
			read: () => this.#read(),
			cancel: (reason) => {
				this.#arrived = new Queue();
				this.#abort(reason);
			},
			closed: this.#receiving.promise,
		};
		this.sink = {
			write: (chunk) => this.#write(chunk),
			end: () => this.#end(),
			abort: (reason) => this.#abort(reason),
			closed: this.#sending.promise,
		};

		const isTarget = "addEventListener" in port;
		const onClose = (): void =>
			this.#fail(new Error("The port was closed before its end"));
		this.#listeners = new Map<string, Listener>([
			[
				"message",
				isTarget
					? ({ data }: { data: PortMessage<Chunk> }) => this.#receive(data)
					: (data: PortMessage<Chunk>) => this.#receive(data),
			],
			[
				"messageerror",
				() => this.#fail(new Error("A message could not be deserialized")),
			],
			// A port is closed; a Worker of Node exits. What fails in a worker is for its owner to hear.
			["close", onClose],
			["exit", onClose],
		]);
		for (const [type, listener] of this.#listeners)
			if ("addEventListener" in port) port.addEventListener(type, listener);
			else port.on(type, listener);
		port.start?.();
		this.#post({ type: "credit", amount: window });
	}

	#receive(message: PortMessage<Chunk>): void {
		switch (message?.type) {
			case "data":
				this.#arrive(message.chunk);
				break;
			case "credit":
				this.#credit += message.amount;
				this.#room?.resolve();
				break;
			case "end":
				this.#peerEnded = true;
				this.#reading?.resolve(undefined);
				this.#closeAfterBoth();
				break;
			case "abort": {
				const { reason: cause } = message;
				this.#close();
				this.#fail(new Error("The peer aborted the channel", { cause }));
				break;
			}
			default:
				this.#fail(new TypeError("The peer's messages are not a channel's"));
		}
	}

	#arrive(chunk: Chunk): void {
		this.#granted -= this.#cost(chunk);
		// Not `granted < 0`: the cost of a chunk that is no bytes is not a number.
		if (!(this.#granted >= 0) || this.#peerEnded)
			this.#fail(new Error("The peer sent more than it was given credit for"));
		else if (this.#reading === undefined) this.#arrived.push(chunk);
		else {
			this.#reading.resolve(chunk);
			this.#reading = undefined;
			this.#grant(chunk);
		}
	}

	#read(): Promise<Chunk | undefined> {
		const chunk = this.#arrived.shift();
		if (chunk !== undefined) {
			this.#grant(chunk);
			return Promise.resolve(chunk);
		}
		if (this.#peerEnded) return Promise.resolve(undefined);
		if (this.#error !== undefined) return Promise.reject(this.#error.reason);
		this.#reading = deferred();
		return this.#reading.promise;
	}

	/** Gives credit for what was read; by the half window, so that neither the messages nor the chunks get tiny. */
	#grant(read: Chunk): void {
		this.#used += this.#cost(read);
		if (this.#used * 2 < this.#window || this.#peerEnded) return;
		this.#granted += this.#used;
		this.#post({ type: "credit", amount: this.#used });
		this.#used = 0;
	}

	#cost(chunk: Chunk): number {
		return this.#isStream ? (chunk as Chunk & Uint8Array).byteLength : 1;
	}

	#write(chunk: Chunk): Promise<void> {
		if (this.#isStream) return this.#writeBytes(chunk as Chunk & Uint8Array);
		if (this.#credit > 0) return this.#writeValue(chunk);
		// The first credit is still to come. Cloned now, so that what cannot be cloned is refused now.
		const own =
			chunk instanceof Uint8Array ? copy(chunk) : structuredClone(chunk);
		return this.#roomForMore().then(() => this.#writeValue(own));
	}

	async #writeBytes(bytes: Uint8Array): Promise<void> {
		for (let at = 0; at < bytes.length; ) {
			if (this.#credit === 0) await this.#roomForMore();
			const chunk = copy(bytes.subarray(at, at + this.#credit));
			this.#credit -= chunk.length;
			at += chunk.length;
			this.#post({ type: "data", chunk }, [chunk.buffer]);
		}
		await this.#roomForMore();
	}

	#writeValue(value: Chunk | Uint8Array): Promise<void> {
		if (value instanceof Uint8Array) {
			const chunk = copy(value);
			this.#post({ type: "data", chunk }, [chunk.buffer]);
		} else this.#post({ type: "data", chunk: value });
		this.#credit -= 1;
		return this.#roomForMore();
	}

	#roomForMore(): Promise<void> {
		if (this.#credit > 0) return DONE;
		this.#room = deferred();
		return this.#room.promise;
	}

	async #end(): Promise<void> {
		this.#post({ type: "end" });
		this.#ended = true;
		this.#closeAfterBoth();
	}

	#closeAfterBoth(): void {
		if (this.#ended && this.#peerEnded) this.#close();
	}

	#abort(reason: unknown): void {
		try {
			this.#post({ type: "abort", reason });
		} catch {
			// A reason that cannot be cloned is told in words.
			this.#post({ type: "abort", reason: String(reason) });
		}
		this.#close();
	}

	/** Breaks both directions. What has arrived is still handed over, so that the receiving one breaks after that. */
	#fail(reason: unknown): void {
		this.#error ??= { reason };
		this.#sending.reject(reason);
		if (this.#arrived.length === 0 && !this.#peerEnded)
			this.#receiving.reject(reason);
	}

	#post(message: PortMessage<unknown>, transfer: ArrayBuffer[] = []): void {
		if (!this.#closed) this.#port.postMessage(message, transfer);
	}

	/** Lets go of the endpoint. A port is closed, so that it no longer keeps a process alive; a worker has no port's `start`. */
	#close(): void {
		const port = this.#port;
		this.#closed = true;
		for (const [type, listener] of this.#listeners)
			if ("addEventListener" in port) port.removeEventListener(type, listener);
			else port.off(type, listener);
		if (port.start !== undefined) port.close?.();
	}
}

const DONE = Promise.resolve();

/** Copies a view's bytes, and not the whole buffer behind it, which is what cloning the view would do. */
function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	return new Uint8Array(bytes);
}
