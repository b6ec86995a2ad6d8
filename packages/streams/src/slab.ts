/** V8 keeps the bytes of so short an array in its own heap, where they cost little. */
const TINY = 64;
/** Longer ones than this have memory of their own, so that no small one keeps much more than itself. */
const SMALL = 1024;
const SIZE = 8192;

/** Copies a part of some bytes, which may be shared, to memory that is not. */
export function copyOf(
	bytes: Uint8Array,
	start: number,
	end: number,
): Uint8Array {
	// Both copy. Each is the quicker one on its side of about here.
	return end - start < SMALL
		? bytes.slice(start, end)
		: new Uint8Array(bytes.subarray(start, end));
}

/** Copies bytes to memory that small ones share: an allocation for each would take ten times as long as the copy does. */
export class Slab {
	#memory: Uint8Array = new Uint8Array(0);
	#used = 0;

	/** Does what `copyOf` does. */
	copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
		const length = end - start;
		if (length <= TINY || length > SMALL) return copyOf(bytes, start, end);
		if (length > this.#memory.length - this.#used) {
			this.#memory = new Uint8Array(SIZE);
			this.#used = 0;
		}
		const at = this.#used;
		this.#memory.set(bytes.subarray(start, end), at);
		// A multiple of 8, as in a ring: V8 copies shared memory faster then.
		this.#used = (at + length + 7) & ~7;
		return this.#memory.subarray(at, at + length);
	}
}
