import type { Format } from "./options.ts";

/** Reads the unsigned integer of `size` bytes at `bytes[at]`. Beyond 2^53 it is rounded; no limit lets that pass. */
export function readPrefix(
	b: Uint8Array,
	at: number,
	size: number,
	littleEndian: boolean,
): number {
	// The common sizes without a loop: for small frames, that is twice as fast.
	if (size === 1) return b[at] as number;
	if (size === 4) {
		const high = littleEndian ? at + 3 : at;
		const step = littleEndian ? -1 : 1;
		return (
			(((b[high] as number) << 24) |
				((b[high + step] as number) << 16) |
				((b[high + 2 * step] as number) << 8) |
				(b[high + 3 * step] as number)) >>>
			0
		);
	}
	let value = 0;
	for (let i = 0; i < size; i++)
		value =
			value * 256 + (b[littleEndian ? at + size - 1 - i : at + i] as number);
	return value;
}

/** Writes the prefix of a body at `bytes[at]`, in `size` bytes. */
export function writePrefix(
	bytes: Uint8Array,
	at: number,
	size: number,
	{ width, littleEndian, adjustment }: Format,
	body: number,
): void {
	const radix = width === 0 ? 128 : 256;
	let rest = body - adjustment;
	for (let i = 0; i < size; i++) {
		// All bytes of a varint but the last have their highest bit set.
		const more = width === 0 && i < size - 1 ? 128 : 0;
		bytes[littleEndian ? at + i : at + size - 1 - i] = (rest % radix) + more;
		rest = Math.floor(rest / radix);
	}
}

/** Counts the bytes of a varint that holds `value`. */
export function varintSize(value: number): number {
	let size = 1;
	for (let rest = value; rest >= 128; rest /= 128) size += 1;
	return size;
}
