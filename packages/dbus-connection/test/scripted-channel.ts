import { dbusMessage, type OutgoingMessage } from "@framewright/dbus-message";
import type {
	DBusChannel,
	ReceivedMessage,
	SentMessage,
} from "../src/index.ts";

type Result = IteratorResult<ReceivedMessage, undefined>;

const codec = dbusMessage();

/**
 * A channel whose other end is the test: it sees what was sent, and says what comes. What goes through is written to bytes and
 * read again, both ways.
 */
export class ScriptedChannel implements DBusChannel {
	readonly sent: ReceivedMessage[] = [];
	/** What `send` returns: a promise that settles when there is room. */
	room: Promise<void> = Promise.resolve();
	isClosed = false;
	abortedWith: unknown;
	readonly closed: Promise<void>;
	#settle!: { resolve: () => void; reject: (reason: unknown) => void };
	readonly #unread: (ReceivedMessage | "end" | { reason: unknown })[] = [];
	#waiting: (() => void) | undefined;
	#serial = 0;

	constructor() {
		this.closed = new Promise((resolve, reject) => {
			this.#settle = { resolve, reject };
		});
		this.closed.catch(() => {});
	}

	send(message: SentMessage): Promise<void> {
		if (this.abortedWith !== undefined) return Promise.reject(this.abortedWith);
		if (this.isClosed) return Promise.reject(new Error("send after close"));
		try {
			const { fds } = message;
			const decoded = codec.decode(codec.encode(message));
			this.sent.push(fds === undefined ? decoded : { ...decoded, fds });
		} catch (error) {
			return Promise.reject(error);
		}
		return this.room;
	}

	close(): Promise<void> {
		this.isClosed = true;
		return Promise.resolve();
	}

	abort(reason?: unknown): void {
		this.abortedWith ??= reason;
		this.#unread.push({ reason });
		this.#wake();
		this.#settle.reject(reason);
	}

	/** Lets a message come. */
	receive(
		message: OutgoingMessage extends infer M
			? M extends unknown
				? Omit<M, "serial"> & { serial?: number; fds?: readonly number[] }
				: never
			: never,
	): void {
		const { fds, ...rest } = message;
		this.#serial += 1;
		const bytes = codec.encode({
			serial: this.#serial,
			...rest,
			...(fds === undefined ? {} : { unixFds: fds.length }),
		} as OutgoingMessage);
		const decoded = codec.decode(bytes);
		this.#unread.push(fds === undefined ? decoded : { ...decoded, fds });
		this.#wake();
	}

	/** Lets the other side end. */
	end(): void {
		this.#unread.push("end");
		this.#wake();
		this.#settle.resolve();
	}

	/** Lets the channel break. */
	fail(reason: unknown): void {
		this.abort(reason);
	}

	/** Answers the call that was sent last, or an earlier one. */
	reply(
		signature = "",
		body: readonly unknown[] = [],
		{
			to = this.sent.findLast(({ type }) => type === "method_call"),
			sender,
		}: { to?: ReceivedMessage | undefined; sender?: string } = {},
	): void {
		const from = sender ?? to?.destination;
		this.receive({
			type: "method_return",
			replySerial: to?.serial ?? 0,
			signature,
			body,
			...(from === undefined ? {} : { sender: from }),
		});
	}

	[Symbol.asyncIterator](): AsyncIterator<ReceivedMessage, undefined> {
		return { next: () => this.#next() };
	}

	async #next(): Promise<Result> {
		for (;;) {
			const next = this.#unread.shift();
			if (next === "end") return { done: true, value: undefined };
			if (next !== undefined && "reason" in next) throw next.reason;
			if (next !== undefined) return { done: false, value: next };
			await new Promise<void>((resolve) => {
				this.#waiting = resolve;
			});
		}
	}

	#wake(): void {
		this.#waiting?.();
		this.#waiting = undefined;
	}
}

/** Lets all promises that can settle do so. */
export function settled(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
