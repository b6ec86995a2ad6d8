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
	 * How long to look at every turn of the event loop before going to sleep, in milliseconds. It keeps a core busy, but not
	 * the event loop, and what comes meanwhile needs no wakeup. Default: 0.05. 0 sleeps at once.
	 */
	readonly spin?: number | undefined;
}

const SPIN = 0.05;

/** Takes the spin of some options. Throws a `RangeError` for one that is no time. */
export function spinOf({ spin = SPIN }: RingWait): number {
	if (!(spin >= 0))
		throw new RangeError(`spin must be 0 or more milliseconds, not ${spin}`);
	return spin;
}

/** Waits until `amount` can be moved, or the other side has ended. */
export async function untilReady(
	ring: RingConsumer | RingProducer,
	spin: number,
	amount: number,
): Promise<void> {
	if (spin > 0) {
		ring.flush();
		const until = performance.now() + spin;
		do {
			await turn();
			if (ring.poll(amount) !== undefined) return;
		} while (performance.now() < until);
	}
	await waitAsync(ring, undefined, amount);
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
