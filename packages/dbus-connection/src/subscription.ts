import { type Deferred, deferred } from "./deferred.ts";
import { ConnectionError } from "./errors.ts";
import { Queue } from "./queue.ts";

/**
 * What comes from now on, in order: `for await (const signal of subscription) ...`
 *
 * Items wait until they are asked for, up to a limit; whoever does not keep up gets those, then `too-many-signals`. The
 * iteration ends when either side here ends it, and rejects when the connection is lost. There is one iterator; leaving a
 * `for await` early closes the subscription.
 */
export interface Subscription<T> extends AsyncIterable<T> {
	/** Items that wait to be asked for. */
	readonly queued: number;
	/** Ends it, and takes the match rule from the bus if nobody else needs it. Idempotent. */
	close(): void;
	[Symbol.asyncIterator](): AsyncIterator<T, undefined>;
}

/** What a subscription can be told. */
export interface SubscribeOptions {
	/** The most items that wait to be asked for. Default: the connection's `maxQueued`. */
	readonly maxQueued?: number | undefined;
	/** Closes the subscription. */
	readonly signal?: AbortSignal | undefined;
}

type Result<T> = IteratorResult<T, undefined>;

/** A bounded queue between what the connection receives and whoever iterates. */
export class QueuedSubscription<T> implements Subscription<T> {
	readonly #maxQueued: number;
	readonly #onEnd: () => void;
	readonly #drop: (item: T) => void;
	readonly #items: Queue<T> = new Queue();
	readonly #waiting: Queue<Deferred<Result<T>>> = new Queue();
	#room: Deferred | undefined;
	#end: { readonly reason: unknown } | "closed" | undefined;
	readonly #iterator: AsyncIterator<T, undefined> = {
		next: () => this.#next(),
		return: () => {
			this.close();
			return Promise.resolve({ done: true, value: undefined });
		},
	};

	/** `onEnd` is called once; `drop` is given what nobody will ask for any more. */
	constructor(
		maxQueued: number,
		onEnd: () => void,
		drop: (item: T) => void = () => {},
	) {
		this.#maxQueued = maxQueued;
		this.#onEnd = onEnd;
		this.#drop = drop;
	}

	get queued(): number {
		return this.#items.length;
	}

	/** If it is full, resolves when there is room for one more, or when nobody will ask for it. */
	get room(): Promise<void> | undefined {
		if (this.#end !== undefined || this.#items.length < this.#maxQueued)
			return undefined;
		this.#room ??= deferred();
		return this.#room.promise;
	}

	[Symbol.asyncIterator](): AsyncIterator<T, undefined> {
		return this.#iterator;
	}

	close(): void {
		this.#finish("closed");
		while (this.#items.length > 0) this.#drop(this.#items.shift() as T);
	}

	/** Ends it with an error, after what is queued. */
	fail(reason: unknown): void {
		this.#finish({ reason });
	}

	/** Ends it in peace, after what is queued. */
	finish(): void {
		this.#finish("closed");
	}

	/** Hands over an item. Returns false if nobody will get it. */
	push(item: T): boolean {
		if (this.#end !== undefined) return false;
		const waiting = this.#waiting.shift();
		if (waiting !== undefined) waiting.resolve({ done: false, value: item });
		else if (this.#items.length < this.#maxQueued) this.#items.push(item);
		else {
			this.fail(
				new ConnectionError(
					"too-many-signals",
					`${this.#maxQueued} signals may wait for a subscriber at most`,
				),
			);
			return false;
		}
		return true;
	}

	#next(): Promise<Result<T>> {
		if (this.#items.length > 0) {
			const value = this.#items.shift() as T;
			this.#makeRoom();
			return Promise.resolve({ done: false, value });
		}
		if (this.#end === undefined) {
			const waiting = deferred<Result<T>>();
			this.#waiting.push(waiting);
			return waiting.promise;
		}
		const end = this.#end;
		// The error is told once.
		this.#end = "closed";
		return end === "closed"
			? Promise.resolve({ done: true, value: undefined })
			: Promise.reject(end.reason);
	}

	#finish(end: { readonly reason: unknown } | "closed"): void {
		if (this.#end !== undefined) return;
		this.#end = end;
		this.#makeRoom();
		this.#onEnd();
		while (this.#waiting.length > 0) {
			const waiting = this.#waiting.shift();
			if (end === "closed" || this.#end === "closed") {
				waiting?.resolve({ done: true, value: undefined });
			} else {
				this.#end = "closed";
				waiting?.reject(end.reason);
			}
		}
	}

	#makeRoom(): void {
		this.#room?.resolve();
		this.#room = undefined;
	}
}
