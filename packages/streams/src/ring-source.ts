import { ENDED, MessageConsumer, OPEN } from "@framewright/ring-buffer";
import {
	abortRing,
	endError,
	type RingConsumer,
	RingWaiter,
} from "./ring-wait.ts";
import { copyOf, type Slab } from "./slab.ts";
import type { Source } from "./transport.ts";
import { TurnBudget, turn } from "./turn.ts";

/**
 * Reads messages of a ring, or what there is of its bytes. Copied, not in place: what is read is given away, and browsers'
 * TextDecoder takes no shared memory.
 *
 * However fast the other thread writes, the event loop turns from time to time.
 */
export class RingSource implements Source<Uint8Array> {
	readonly #ring: RingConsumer;
	readonly #waiter: RingWaiter;
	readonly #slab: Slab | undefined;
	readonly #budget = new TurnBudget();

	/** With a slab, small chunks share memory. */
	constructor(ring: RingConsumer, spin: number, slab?: Slab) {
		this.#ring = ring;
		this.#slab = slab;
		this.#waiter = new RingWaiter(ring, spin);
	}

	read(): Promise<Uint8Array | undefined> {
		const chunk = this.take();
		return chunk === undefined ? this.#wait() : Promise.resolve(chunk);
	}

	take(): Uint8Array | undefined {
		if (this.#budget.isSpent) return undefined;
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
		if (this.#budget.isSpent) await turn();
		for (;;) {
			this.#budget.renew();
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
		const source = ring instanceof MessageConsumer ? ring.bytes : ring.elements;
		const end = offset + length;
		const chunk =
			this.#slab === undefined
				? copyOf(source, offset, end)
				: this.#slab.copy(source, offset, end);
		ring.release();
		this.#budget.spend(length);
		return chunk;
	}
}
