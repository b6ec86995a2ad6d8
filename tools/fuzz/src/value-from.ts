import fc, { type Arbitrary } from "fast-check";

/** Half of what fast-check generates is small, or at the ends of its range: as in its first runs. */
const BIAS = 2;

/**
 * Makes a value of an arbitrary, all of whose choices the bytes decide in their order: the same bytes, the same value; a
 * changed byte changes one choice, and what follows from it. So bytes can be mutated and made smaller, and the value is
 * always a whole one.
 *
 *     [0x00 to 0xfe]            a choice among few: 0 is the first, or the least
 *     [0xff] [u32 LE]           a choice among many, exactly
 *
 * Where the bytes end, what remains to be chosen is the first or the least; so the empty input is the simplest value.
 *
 * @throws whatever the arbitrary does.
 */
export function valueFrom<T>(arbitrary: Arbitrary<T>, bytes: Uint8Array): T {
	const random = new fc.Random(new ByteGenerator(bytes) as never);
	return arbitrary.generate(random, BIAS).value;
}

const EXACT = 0xff;
/** A filter may refuse the least value for ever: behind so many of them, others come. */
const MOST_ZEROS = 64;

/**
 * Hands out bytes as the 32 random bits that fast-check asks for. It has the methods of both interfaces that generators
 * of fast-check 4 have had.
 */
class ByteGenerator {
	readonly #bytes: Uint8Array;
	#at = 0;
	#behind = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	/** There is one who draws, and it clones before it does: all go on in the same bytes. */
	clone(): this {
		return this;
	}

	/** Returns a whole number from -2^31; the least one stands for the first of all choices. */
	next(): number {
		return (this.#choice() ^ 0x80000000) | 0;
	}

	unsafeNext(): number {
		return this.next();
	}

	jump(): void {}

	unsafeJump(): void {}

	getState(): readonly number[] {
		return [this.#at, this.#behind];
	}

	#choice(): number {
		const bytes = this.#bytes;
		if (this.#at >= bytes.length) {
			this.#behind += 1;
			return this.#behind <= MOST_ZEROS
				? 0
				: Math.imul(this.#behind, 0x9e3779b1);
		}
		const byte = bytes[this.#at++] as number;
		// Of few choices, modulo their number, the byte itself is left; of many, each byte stands for a part.
		if (byte !== EXACT) return Math.imul(byte, 0x01010101);
		let bits = 0;
		for (let i = 0; i < 4; i++) bits |= (bytes[this.#at++] ?? 0) << (8 * i);
		return bits;
	}
}
