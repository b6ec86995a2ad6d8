const LAST = 0xffff_ffff;

/** Numbers messages: 1 to 2^32 - 1, then from 1 on again, without those that are in use. */
export class Serials {
	readonly #isUsed: (serial: number) => boolean;
	#last: number;

	/** Fewer than all must be in use. */
	constructor(isUsed: (serial: number) => boolean, last = 0) {
		this.#isUsed = isUsed;
		this.#last = last;
	}

	next(): number {
		do this.#last = this.#last === LAST ? 1 : this.#last + 1;
		while (this.#isUsed(this.#last));
		return this.#last;
	}
}
