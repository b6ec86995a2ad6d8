import { type Deferred, deferred } from "./deferred.ts";
import { Queue } from "./queue.ts";
import type { Sink, Source } from "./transport.ts";

/** Hands chunks from one who writes to one who reads, and holds one at the most: a write resolves when it is taken. */
export class Handoff<Chunk> implements Source<Chunk>, Sink<Chunk> {
	readonly #broken: Deferred<never> = deferred();
	/** Rejects when either side gives up. */
	readonly closed: Promise<never> = this.#broken.promise;
	#error: { readonly reason: unknown } | undefined;
	/** What waits to be taken; without a chunk, it is the end. */
	#offer:
		| { readonly chunk: Chunk | undefined; readonly taken: Deferred<void> }
		| undefined;
	readonly #readers: Queue<Deferred<Chunk | undefined>> = new Queue();
	#ended = false;

	write(chunk: Chunk): Promise<void> {
		return this.#give(chunk);
	}

	/** Resolves at once: every write before it was taken. */
	async end(): Promise<void> {
		if (this.#error !== undefined) throw this.#error.reason;
		this.#give(undefined);
	}

	read(): Promise<Chunk | undefined> {
		if (this.#error !== undefined) return Promise.reject(this.#error.reason);
		if (this.#ended) return Promise.resolve(undefined);
		const offer = this.#offer;
		if (offer === undefined) {
			const reader = deferred<Chunk | undefined>();
			this.#readers.push(reader);
			return reader.promise;
		}
		this.#offer = undefined;
		this.#ended = offer.chunk === undefined;
		offer.taken.resolve();
		return Promise.resolve(offer.chunk);
	}

	abort(reason: unknown): void {
		this.#error ??= { reason };
		this.#broken.reject(reason);
		this.#offer?.taken.reject(reason);
		this.#offer = undefined;
		while (this.#readers.length > 0) this.#readers.shift()?.reject(reason);
	}

	cancel(reason: unknown): void {
		this.abort(reason);
	}

	#give(chunk: Chunk | undefined): Promise<void> {
		if (this.#error !== undefined) return Promise.reject(this.#error.reason);
		const taken = deferred<void>();
		const reader = this.#readers.shift();
		if (reader === undefined) this.#offer = { chunk, taken };
		else {
			taken.resolve();
			reader.resolve(chunk);
			if (chunk === undefined) {
				this.#ended = true;
				while (this.#readers.length > 0)
					this.#readers.shift()?.resolve(undefined);
			}
		}
		return taken.promise;
	}
}

/** A sink for a channel that only receives. */
export const NOWHERE: Sink<never> = {
	write: () => Promise.reject(new Error("This channel only receives")),
	end: () => Promise.resolve(),
	abort() {},
	closed: Promise.resolve(),
};

/** A source for a channel that only sends. */
export const NOTHING: Source<never> = {
	read: () => Promise.resolve(undefined),
	cancel() {},
};
