/** The sfc32 generator: all that chance decides comes from one of these, so that a seed decides it. */
export class Random {
	#a: number;
	#b = 0x9e3779b9 | 0;
	#c = 0x243f6a88 | 0;
	#counter = 1;

	constructor(seed: number) {
		this.#a = seed | 0;
		for (let i = 0; i < 16; i++) this.next();
	}

	/** Returns the next 32 bits, as a whole number from 0. */
	next(): number {
		const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
		this.#counter = (this.#counter + 1) | 0;
		this.#a = this.#b ^ (this.#b >>> 9);
		this.#b = (this.#c + (this.#c << 3)) | 0;
		this.#c = (this.#c << 21) | (this.#c >>> 11);
		this.#c = (this.#c + sum) | 0;
		return sum >>> 0;
	}

	/** Returns a whole number from 0 and below `limit`; 0 when that is 0. */
	below(limit: number): number {
		return limit <= 1 ? 0 : this.next() % limit;
	}

	/** Returns true once in `n` times. */
	oneIn(n: number): boolean {
		return this.next() % n === 0;
	}

	pick<T>(list: readonly T[]): T {
		return list[this.below(list.length)] as T;
	}
}
