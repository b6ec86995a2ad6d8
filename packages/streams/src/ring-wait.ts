import {
	DIED,
	type MessageConsumer,
	type MessageProducer,
	type StreamConsumer,
	type StreamProducer,
	waitAsync,
} from "@framewright/ring-buffer";
import { turn } from "./turn.ts";

/** The side of a ring of messages or bytes that reads. */
export type RingConsumer = MessageConsumer | StreamConsumer<"bytes">;
/** The side of a ring of messages or bytes that writes. */
export type RingProducer = MessageProducer | StreamProducer<"bytes">;

/** How to wait for the other side of a ring. */
export interface RingWait {
	/**
	 * How long to look before going to sleep, in milliseconds: some microseconds at each turn of the event loop, which goes on
	 * turning. It keeps a core busy, and what comes meanwhile needs no wakeup. Where looking was in vain, the next wait sleeps
	 * at once; where it goes on being in vain, the next 3, 7, up to 63 do. Default: 0.1. 0 always sleeps at once.
	 */
	readonly spin?: number | undefined;
}

const SPIN = 0.1;
/** Looks in a turn: as long as a turn takes, some microseconds, so that what comes is seen at once as often as not. */
const LOOKS = 128;
const MOST_IN_VAIN = 6;
const { pause } = Atomics as { readonly pause?: () => void };

/** Takes the spin of some options. Throws a `RangeError` for one that is no time. */
export function spinOf({ spin = SPIN }: RingWait): number {
	if (!(spin >= 0))
		throw new RangeError(`spin must be 0 or more milliseconds, not ${spin}`);
	return spin;
}

/** Waits for the other side of a ring: awake where that is likely to be worth it, then asleep. */
export class RingWaiter {
	readonly #ring: RingConsumer | RingProducer;
	readonly #spin: number;
	/** How many times looking was in vain since it last was not. */
	#vain = 0;
	/** How many of the next waits are not worth it: nobody comes so soon, or there is no core for whoever would. */
	#skip = 0;

	constructor(ring: RingConsumer | RingProducer, spin: number) {
		this.#ring = ring;
		this.#spin = spin;
	}

	/** Waits until `amount` can be moved, or the other side has ended. */
	async untilReady(amount: number): Promise<void> {
		if (this.#skip > 0) this.#skip -= 1;
		else if (this.#spin > 0) {
			if (await this.#look(amount)) {
				this.#vain = 0;
				return;
			}
			this.#vain = Math.min(this.#vain + 1, MOST_IN_VAIN);
			this.#skip = 2 ** this.#vain - 1;
		}
		await waitAsync(this.#ring, undefined, amount);
	}

	/** Looks for a while. Returns false if there was nothing to be seen. */
	async #look(amount: number): Promise<boolean> {
		const ring = this.#ring;
		ring.flush();
		const until = performance.now() + this.#spin;
		do {
			// First: what is to be published at the end of this tick is what the other side waits for.
			await turn();
			for (let looks = 0; looks < LOOKS; looks++) {
				if (ring.poll(amount) !== undefined) return true;
				pause?.();
			}
		} while (performance.now() < until);
		return false;
	}
}

/** Closes our side of a ring with the code of an error, which also ends a wait for it that is under way. */
export function abortRing(
	ring: RingConsumer | RingProducer,
	reason: unknown,
): void {
	ring.close(codeOf(reason));
}

/** Tells how the other side has ended, which it should not have. */
export function endError(end: number): Error {
	return end === DIED
		? new Error("The thread at the other end has died")
		: new Error("The peer aborted the channel", { cause: end });
}

/** The code that tells the peer of a reason: a whole number above 0, or such a `code` of an error; else 1. */
function codeOf(reason: unknown): number {
	const { code = reason } = (reason ?? {}) as { code?: unknown };
	return Number.isInteger(code) &&
		(code as number) > 0 &&
		(code as number) < 2 ** 31
		? (code as number)
		: 1;
}
