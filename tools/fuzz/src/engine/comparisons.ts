import { probe, TRACING } from "../probe.ts";
import type { Random } from "./random.ts";

/** Bytes that an input may contain because they were compared, and what they were compared with. */
export interface Replacement {
	readonly from: Uint8Array;
	readonly to: Uint8Array;
}

/** So many pairs are kept of one place: a loop must not drown the rest. */
const PAIRS_OF_PLACE = 8;
const PAIRS = 256;
const LONGEST = 64;

/** What instrumented code compared with what, while something ran. */
export class Comparisons {
	readonly #left: unknown[] = [];
	readonly #right: unknown[] = [];
	readonly #ofPlace: Map<number, number> = new Map();

	/** Notes what `work` compares. */
	constructor(work: () => void) {
		probe.compared = (place, left, right) => this.#add(place, left, right);
		probe.registers[TRACING] = 1;
		try {
			work();
		} finally {
			probe.registers[TRACING] = 0;
			this.#ofPlace.clear();
		}
	}

	#add(place: number, left: unknown, right: unknown): void {
		if (left === right || this.#left.length >= PAIRS) return;
		if (!isComparable(left) || !isComparable(right)) return;
		if (typeof left !== typeof right) return;
		const count = this.#ofPlace.get(place) ?? 0;
		if (count >= PAIRS_OF_PLACE) return;
		// A loop compares with the same things again and again.
		const last = this.#left.length - 1;
		if (this.#left[last] === left && this.#right[last] === right) return;
		this.#ofPlace.set(place, count + 1);
		// What the code under test has may change after this.
		this.#left.push(keep(left));
		this.#right.push(keep(right));
	}

	/** Whether nothing was compared. */
	get isEmpty(): boolean {
		return this.#left.length === 0;
	}

	/**
	 * Picks what to look for in the input, and what to put there: either operand in place of the other, in one of the forms
	 * that it may have there. Returns `undefined` where they have none in common.
	 */
	pick(random: Random): Replacement | undefined {
		const i = random.below(this.#left.length);
		const [left, right] = [this.#left[i], this.#right[i]];
		return random.oneIn(2)
			? replacement(left, right, random)
			: replacement(right, left, random);
	}
}

type Comparable = number | bigint | string | Uint8Array;

function isComparable(value: unknown): value is Comparable {
	switch (typeof value) {
		case "number":
			return Number.isSafeInteger(value);
		case "bigint":
			return true;
		case "string":
			return value.length <= LONGEST;
		default:
			return value instanceof Uint8Array && value.length <= LONGEST;
	}
}

// The wrapped one would count.
const { slice } = Uint8Array.prototype;

function keep(value: Comparable): Comparable {
	return typeof value === "object" ? slice.call(value) : value;
}

const text = new TextEncoder();

function replacement(
	from: unknown,
	to: unknown,
	random: Random,
): Replacement | undefined {
	if (typeof from === "string" && typeof to === "string")
		return { from: text.encode(from), to: text.encode(to) };
	if (from instanceof Uint8Array && to instanceof Uint8Array)
		return { from, to };
	if (typeof from === "number" && typeof to === "number")
		return numbers(BigInt(from), BigInt(to), random);
	if (typeof from === "bigint" && typeof to === "bigint")
		return numbers(from, to, random);
	return undefined;
}

const WIDTHS = [1, 2, 4, 8];

function numbers(
	from: bigint,
	to: bigint,
	random: Random,
): Replacement | undefined {
	// As digits, sometimes: of 0 to 9, the bytes themselves are compared.
	if (random.oneIn(6) && (from > 9n || to > 9n))
		return { from: text.encode(`${from}`), to: text.encode(`${to}`) };
	const fitting = WIDTHS.filter((width) => {
		const most = 1n << BigInt(8 * width);
		return from < most && to < most && -from <= most && -to <= most;
	});
	if (fitting.length === 0) return undefined;
	const width = random.pick(fitting);
	const little = random.oneIn(2);
	return {
		from: bytesOf(from, width, little),
		to: bytesOf(to, width, little),
	};
}

/** Writes a whole number in so many bytes, in two's complement. */
export function bytesOf(
	value: bigint,
	width: number,
	little: boolean,
): Uint8Array {
	const bytes = new Uint8Array(width);
	let rest = BigInt.asUintN(8 * width, value);
	for (let i = 0; i < width; i++) {
		bytes[little ? i : width - 1 - i] = Number(rest & 0xffn);
		rest >>= 8n;
	}
	return bytes;
}
