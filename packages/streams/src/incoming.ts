import type { Decoder, Item } from "@framewright/codec";
import { type Deferred, deferred } from "./deferred.ts";
import { Queue } from "./queue.ts";
import type { Source } from "./transport.ts";

/** What a direction tells the channel, once. */
export interface Fate {
	ended(): void;
	failed(reason: unknown): void;
}

type Result<T> = IteratorResult<T, undefined>;

/** The receiving direction of a channel: reads from the source only while somebody waits for an item. */
export class Incoming<Upper extends Item, Lower extends Item> {
	readonly #source: Source<Lower>;
	readonly #fate: Fate;
	/** Gone when the last item was handed over. */
	#decoder: Decoder<Lower, Upper> | undefined;
	/** Whether the source has nothing more to give. */
	#exhausted = false;
	/** What the iteration rejects with when all items were handed over. */
	#error: { readonly reason: unknown } | undefined;
	/** The calls of `next` that wait for input, in order. */
	readonly #waiting: Queue<Deferred<Result<Upper>>> = new Queue();

	constructor(
		source: Source<Lower>,
		decoder: Decoder<Lower, Upper>,
		fate: Fate,
	) {
		this.#source = source;
		this.#decoder = decoder;
		this.#fate = fate;
	}

	/** Takes the next item. Items that have arrived whole come back without touching the source. */
	next(): Promise<Result<Upper>> {
		if (this.#waiting.length === 0) {
			try {
				const result = this.#take() ?? this.#fetch();
				if (result !== undefined) return Promise.resolve(result);
			} catch (error) {
				return Promise.reject(error);
			}
		}
		const waiting = deferred<Result<Upper>>();
		this.#waiting.push(waiting);
		if (this.#waiting.length === 1) this.#read();
		return waiting.promise;
	}

	/** Notes that the channel has failed, although input may go on: the iteration must not end as if all were well. */
	spoil(reason: unknown): void {
		this.#error ??= { reason };
	}

	/** Stops reading, because the connection broke: the items that have arrived are handed over, then the reason. */
	fail(reason: unknown): void {
		if (this.#decoder === undefined) return;
		this.#error ??= { reason };
		if (!this.#exhausted) {
			this.#exhausted = true;
			this.#source.cancel(reason);
		}
		// Whoever waits has seen all items.
		if (this.#waiting.length > 0) this.#decoder = undefined;
		while (this.#waiting.length > 0) this.#waiting.shift()?.reject(reason);
	}

	/** Stops reading, and forgets the items that have arrived. */
	abort(reason: unknown): void {
		this.fail(reason);
		this.#decoder = undefined;
	}

	/** Takes what can be had without waiting, the end and the error included; or `undefined`. */
	#take(): Result<Upper> | undefined {
		if (this.#decoder !== undefined) {
			let item: Upper | undefined;
			try {
				item = this.#decoder.pull();
			} catch (fault) {
				this.#fate.failed(fault);
				this.#decoder = undefined;
				throw fault;
			}
			if (item !== undefined) return { value: item, done: false };
			if (!this.#exhausted) return undefined;
			this.#decoder = undefined;
			this.#fate.ended();
		}
		if (this.#error !== undefined) throw this.#error.reason;
		return { value: undefined, done: true };
	}

	/** Takes an item of what has arrived and was not decoded yet, if the source can tell without a promise. */
	#fetch(): Result<Upper> | undefined {
		const source = this.#source;
		for (
			let chunk = source.take?.();
			chunk !== undefined;
			chunk = source.take?.()
		) {
			this.#decoder?.push(chunk);
			const result = this.#take();
			if (result !== undefined) return result;
		}
		return undefined;
	}

	/** Reads until nobody waits any more. */
	async #read(): Promise<void> {
		while (this.#waiting.length > 0) {
			try {
				const chunk = await this.#source.read();
				if (this.#exhausted || this.#decoder === undefined) return;
				if (chunk === undefined) {
					this.#exhausted = true;
					this.#decoder.end();
				} else this.#decoder.push(chunk);
				this.#serve();
			} catch (error) {
				this.#fate.failed(error);
			}
		}
	}

	/** Hands what there is to those who wait. */
	#serve(): void {
		while (this.#waiting.length > 0) {
			try {
				const result = this.#take();
				if (result === undefined) return;
				this.#waiting.shift()?.resolve(result);
			} catch (error) {
				this.#waiting.shift()?.reject(error);
			}
		}
	}
}
