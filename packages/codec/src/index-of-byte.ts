import type { ByteReader } from "./byte-reader.ts";

type Search = (this: Uint8Array, byte: number, from: number) => number;

// Node's search runs at memory speed, 30 times that of Uint8Array's; for short distances they are equal. Looked up at each
// call, so that a test which counts work can see it.
const { prototype } = ((
	globalThis as { Buffer?: { readonly prototype: Uint8Array } }
).Buffer ?? Uint8Array) as {
	readonly prototype: {
		readonly indexOf: Search;
		readonly lastIndexOf: Search;
	};
};

/** Finds the first `byte` in `bytes[from, end)`; returns its index, or -1. May look at bytes behind `end`. */
export function indexOfByte(
	bytes: Uint8Array,
	byte: number,
	from: number,
	end: number,
): number {
	const at = prototype.indexOf.call(bytes, byte, from);
	return at < end ? at : -1;
}

/** Finds the last `byte` in `bytes[from, end)`; returns its index, or -1. May look at bytes before `from`. */
export function lastIndexOfByte(
	bytes: Uint8Array,
	byte: number,
	from: number,
	end: number,
): number {
	if (end === 0) return -1;
	const at = prototype.lastIndexOf.call(bytes, byte, end - 1);
	return at >= from ? at : -1;
}

/**
 * Finds `byte` at or after `from` bytes into the unread input, and makes everything up to and with it contiguous.
 * Returns its distance from `reader.start`, or -1 when it has not arrived; then no chunk is borrowed any more.
 */
export function findByte(
	reader: ByteReader,
	byte: number,
	from: number,
): number {
	const { bytes, start, end, next } = reader;
	const window = end - start;
	if (from < window) {
		const at = indexOfByte(bytes, byte, start + from, end);
		if (at !== -1) return at - start;
	}
	const at = indexOfByte(next, byte, Math.max(0, from - window), next.length);
	reader.ensure(at === -1 ? Number.POSITIVE_INFINITY : window + at + 1);
	return at === -1 ? -1 : window + at;
}
