import { ENDED, MessageConsumer, OPEN } from "@framewright/ring-buffer";
import {
	abortRing,
	endError,
	type RingConsumer,
	RingWaiter,
} from "./ring-wait.ts";
import type { Source } from "./transport.ts";
import { turn } from "./turn.ts";

/** Memory for small messages, of which each gets a piece: an allocation for each would take longer than the copy does. */
const SLAB = 8192;
/** Longer messages have memory of their own, so that no small one keeps much more than itself. */
const SMALL = 1024;
/** What may be read in one turn of the event loop, in bytes, where a message counts as 1,024 at least. */
const MOST_IN_A_TURN = 262_144;

/**
 * Reads messages of a ring, or what there is of its bytes. Copied, not in place: what is read is given away, and browsers'
 * TextDecoder takes no shared memory.
 *
 * However fast the other thread writes, the event loop turns from time to time.
 */
export class RingSource implements Source<Uint8Array> {
	readonly #ring: RingConsumer;
	readonly #waiter: RingWaiter;
	#slab: Uint8Array = new Uint8Array(0);
	#used = 0;
	#readInTurn = 0;

	constructor(ring: RingConsumer, spin: number) {
		this.#ring = ring;
		this.#waiter = new RingWaiter(ring, spin);
	}

	read(): Promise<Uint8Array | undefined> {
		const chunk = this.take();
		return chunk === undefined ? this.#wait() : Promise.resolve(chunk);
	}

	take(): Uint8Array | undefined {
		if (this.#readInTurn >= MOST_IN_A_TURN) return undefined;
		try {
			return this.#copy();
		} catch {
			// The fault of a ring lasts: `read` meets it again.
			return undefined;
		}
	}

	cancel(reason: unknown): void {
		abortRing(this.#ring, reason);
	}

	async #wait(): Promise<Uint8Array | undefined> {
		const ring = this.#ring;
		if (this.#readInTurn >= MOST_IN_A_TURN) await turn();
		for (;;) {
			this.#readInTurn = 0;
			const chunk = this.#copy();
			if (chunk !== undefined) return chunk;
			const { end } = ring;
			if (end === ENDED) {
				ring.close();
				return undefined;
			}
			if (end !== OPEN) throw endError(end);
			await this.#waiter.untilReady(1);
		}
	}

	#copy(): Uint8Array | undefined {
		const ring = this.#ring;
		if (!ring.next()) return undefined;
		const { offset, length } = ring;
		const there = ring instanceof MessageConsumer ? ring.bytes : ring.elements;
		const source = there.subarray(offset, offset + length);
		const chunk = length > SMALL ? new Uint8Array(source) : this.#carve(source);
		ring.release();
		this.#readInTurn += Math.max(length, 1024);
		return chunk;
	}

	#carve(source: Uint8Array): Uint8Array {
		if (source.length > this.#slab.length - this.#used) {
			this.#slab = new Uint8Array(SLAB);
			this.#used = 0;
		}
		const start = this.#used;
		this.#slab.set(source, start);
		// A multiple of 8, as in the ring: V8 copies shared memory faster then.
		this.#used = (start + source.length + 7) & ~7;
		return this.#slab.subarray(start, start + source.length);
	}
}
