import {
	type JsonRpcOptions,
	type JsonRpcText,
	jsonRpcText,
	type Message,
	type OutgoingMessage,
} from "@framewright/json-rpc";
import type { MessageChannel } from "./channel.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { Queue } from "./queue.ts";

/**
 * Makes two ends of a connection within one program, for tests and for parts of a program that may be moved apart later.
 *
 *     const [here, there] = memoryChannels();
 *
 * Every message becomes text and is read again: nothing is shared, and what could not go over a wire does not go here. `send`
 * waits while 64 messages are unread. The options are those of the codec.
 */
export function memoryChannels(
	options: JsonRpcOptions = {},
): [MessageChannel, MessageChannel] {
	const codec = jsonRpcText(options);
	const here = new MemoryChannel(codec);
	const there = new MemoryChannel(codec);
	here.connect(there);
	there.connect(here);
	return [here, there];
}

const ROOM = 64;
const DONE = Promise.resolve();

type Result = IteratorResult<Message, undefined>;

class MemoryChannel implements MessageChannel {
	readonly closed: Promise<void>;
	readonly #codec: JsonRpcText;
	readonly #closed: Deferred = deferred();
	#other!: MemoryChannel;
	/** Texts that nobody has asked for yet. */
	readonly #unread: Queue<string> = new Queue();
	/** Whoever asked when there was nothing. */
	#waiting: ((result: Result | Promise<Result>) => void) | undefined;
	/** Whoever sends while there is no room. */
	#room: Deferred | undefined;
	/** Whether the other end will send no more; then, whether our reader knows. */
	#hasEnded = false;
	#isRead = false;
	/** Whether our end will send no more. */
	#isClosed = false;
	#failure: { readonly reason: unknown } | undefined;
	readonly #iterator: AsyncIterator<Message, undefined> = {
		next: () => this.#next(),
		return: () => {
			this.abort();
			return Promise.resolve({ done: true, value: undefined });
		},
	};

	constructor(codec: JsonRpcText) {
		this.#codec = codec;
		this.closed = this.#closed.promise;
	}

	connect(other: MemoryChannel): void {
		this.#other = other;
	}

	send(message: OutgoingMessage): Promise<void> {
		if (this.#failure !== undefined)
			return Promise.reject(this.#failure.reason);
		if (this.#isClosed)
			return Promise.reject(new Error("send() was called after close()"));
		try {
			return this.#other.#receive(this.#codec.encode(message));
		} catch (error) {
			return Promise.reject(error);
		}
	}

	close(): Promise<void> {
		if (this.#failure !== undefined)
			return Promise.reject(this.#failure.reason);
		if (!this.#isClosed) {
			this.#isClosed = true;
			this.#settle();
			this.#other.#end();
		}
		return DONE;
	}

	abort(
		reason: unknown = new DOMException("The channel was aborted", "AbortError"),
	): void {
		if (this.#isOver()) return;
		this.#fail(reason);
		this.#other.#fail(
			new Error("The other end was aborted", { cause: reason }),
		);
	}

	[Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
		return this.#iterator;
	}

	#next(): Promise<Result> {
		const text = this.#unread.shift();
		if (text !== undefined) {
			this.#room?.resolve();
			this.#room = undefined;
			return Promise.resolve(this.#read(text));
		}
		if (this.#failure !== undefined)
			return Promise.reject(this.#failure.reason);
		if (this.#hasEnded) return Promise.resolve(this.#readEnd());
		return new Promise((resolve) => {
			this.#waiting = resolve;
		});
	}

	#read(text: string): Result {
		return { done: false, value: this.#codec.decode(text) };
	}

	#readEnd(): Result {
		this.#isRead = true;
		this.#settle();
		return { done: true, value: undefined };
	}

	#receive(text: string): Promise<void> {
		const waiting = this.#waiting;
		if (waiting !== undefined) {
			this.#waiting = undefined;
			waiting(this.#read(text));
			return DONE;
		}
		this.#unread.push(text);
		if (this.#unread.length < ROOM) return DONE;
		this.#room ??= deferred();
		return this.#room.promise;
	}

	#end(): void {
		this.#hasEnded = true;
		this.#waiting?.(this.#readEnd());
		this.#waiting = undefined;
	}

	#fail(reason: unknown): void {
		if (this.#isOver()) return;
		this.#failure = { reason };
		this.#unread.clear();
		this.#waiting?.(Promise.reject(reason));
		this.#waiting = undefined;
		this.#room?.reject(reason);
		this.#closed.reject(reason);
	}

	#settle(): void {
		if (this.#isRead && this.#isClosed) this.#closed.resolve();
	}

	#isOver(): boolean {
		return this.#failure !== undefined || (this.#isRead && this.#isClosed);
	}
}
