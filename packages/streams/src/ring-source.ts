import { ENDED, MessageConsumer, OPEN } from "@framewright/ring-buffer";
import {
	abortRing,
	endError,
	type RingConsumer,
	untilReady,
} from "./ring-wait.ts";
import type { Source } from "./transport.ts";

/**
 * Reads messages of a ring, or what there is of its bytes. Copied, not in place: what is read is given away, and browsers'
 * TextDecoder takes no shared memory.
 */
export class RingSource implements Source<Uint8Array> {
	readonly #ring: RingConsumer;
	readonly #spin: number;

	constructor(ring: RingConsumer, spin: number) {
		this.#ring = ring;
		this.#spin = spin;
	}

	read(): Promise<Uint8Array | undefined> {
		try {
			const chunk = take(this.#ring);
			return chunk === undefined ? this.#wait() : Promise.resolve(chunk);
		} catch (fault) {
			return Promise.reject(fault);
		}
	}

	cancel(reason: unknown): void {
		abortRing(this.#ring, reason);
	}

	async #wait(): Promise<Uint8Array | undefined> {
		const ring = this.#ring;
		for (;;) {
			const { end } = ring;
			if (end === ENDED) {
				ring.close();
				return undefined;
			}
			if (end !== OPEN) throw endError(end);
			await untilReady(ring, this.#spin, 1);
			const chunk = take(ring);
			if (chunk !== undefined) return chunk;
		}
	}
}

function take(ring: RingConsumer): Uint8Array | undefined {
	if (ring instanceof MessageConsumer) return ring.read();
	if (!ring.next()) return undefined;
	const { elements, offset, length } = ring;
	const chunk = elements.slice(offset, offset + length);
	ring.release();
	return chunk;
}
