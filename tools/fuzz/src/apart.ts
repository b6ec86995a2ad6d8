import { Skipped } from "@framewright/codec";
import type { AnyDecoder } from "./subject.ts";

/**
 * Drives the decoders of a stack one by one, each to the end of what it has before it gets more: what `stack` must come to,
 * written without it.
 */
export class Apart implements AnyDecoder {
	readonly #decoders: readonly AnyDecoder[];
	/** How many decoders, from the lowest one on, have been told of the end. */
	#ended = 0;
	#isOver = false;
	#fault: { readonly error: unknown } | undefined;

	constructor(decoders: readonly AnyDecoder[]) {
		this.#decoders = decoders;
	}

	push(chunk: Uint8Array): void {
		this.#decoders[0]?.push(chunk);
	}

	end(): void {
		this.#isOver = true;
		this.#decoders[0]?.end();
		this.#ended = 1;
	}

	pull(): unknown {
		if (this.#fault !== undefined) throw this.#fault.error;
		try {
			return this.#pull();
		} catch (error) {
			this.#fault = { error };
			throw error;
		}
	}

	#pull(): unknown {
		const decoders = this.#decoders;
		const top = decoders.length - 1;
		let level = top;
		while (level >= 0) {
			const item = (decoders[level] as AnyDecoder).pull();
			if (item === undefined) {
				// The level below is asked; and if all below have ended, so does this one, and is asked once more.
				if (this.#isOver && level === this.#ended - 1 && level < top) {
					this.#ended += 1;
					level += 1;
					(decoders[level] as AnyDecoder).end();
				} else level -= 1;
			} else if (level === top || item instanceof Skipped) return item;
			else {
				level += 1;
				(decoders[level] as AnyDecoder).push(item as Uint8Array);
			}
		}
		return undefined;
	}
}
