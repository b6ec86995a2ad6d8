import type { Format } from "./options.ts";

/** The largest number that is exact. */
export const MAX_SAFE: number = Number.MAX_SAFE_INTEGER;

/** Reads the unsigned integer of `size` bytes at `bytes[at]`. Beyond 2^53 it is rounded; no limit lets that pass. */
export function readPrefix(
	b: Uint8Array,
	at: number,
	size: number,
	littleEndian: boolean,
): number {
	// The common sizes without a loop: for small frames, that is twice as fast.
	if (size === 1) return b[at] as number;
	if (size !== 4) return readWide(b, at, size, littleEndian);
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

// Apart, so that the rest is small enough to be inlined.
function readWide(
	b: Uint8Array,
	at: number,
	size: number,
	littleEndian: boolean,
): number {
	let value = 0;
	for (let i = 0; i < size; i++)
		value =
			value * 256 + (b[littleEndian ? at + size - 1 - i : at + i] as number);
	return value;
}

/** Writes the prefix of a body at `bytes[at]`, in `size` bytes; with fragments, that of the `last` one or of another. */
export function writePrefix(
	bytes: Uint8Array,
	at: number,
	size: number,
	format: Format,
	body: number,
	last: boolean,
): void {
	const { radix, littleEndian } = format;
	let rest = body - format.adjustment;
	if (last && format.fragmented) rest += format.highest;
	if (radix === 10) {
		const digits = rest + String.fromCharCode(format.separator);
		for (let i = 0; i < size; i++) bytes[at + i] = digits.charCodeAt(i);
		return;
	}
	for (let i = 0; i < size; i++) {
		// All bytes of a varint but the last have their highest bit set.
		const more = radix === 128 && i < size - 1 ? 128 : 0;
		bytes[littleEndian ? at + i : at + size - 1 - i] = (rest % radix) + more;
		rest = Math.floor(rest / radix);
	}
}

/** Counts the bytes of the prefix of a body, the separator behind it included. */
export function prefixSize(
	{ width, radix, adjustment }: Format,
	body: number,
): number {
	if (width > 0) return width;
	let size = radix === 10 ? 2 : 1;
	for (let rest = body - adjustment; rest >= radix; size += 1)
		rest = Math.floor(rest / radix);
	return size;
}

/** The ASCII digit 0. */
export const ZERO = 0x30;

/** Tells whether a byte is an ASCII digit. */
export function isDigit(byte: number): boolean {
	return byte >= ZERO && byte < ZERO + 10;
}

/** Throws a `RangeError` for a body that the options do not allow. */
export function checkLength(
	{ minLength, maxLength }: Format,
	body: number,
): void {
	if (body < minLength || body > maxLength)
		throw new RangeError(
			`A body may have ${minLength} to ${maxLength} bytes, not ${body}`,
		);
}

/** Makes the header of a body; with fragments, that of the `last` one or of another. Leading bytes are zeros by default. */
export function headerOf(
	format: Format,
	body: number,
	last: boolean,
	leading?: Uint8Array,
): Uint8Array {
	const size = prefixSize(format, body);
	const header = new Uint8Array(format.offset + size);
	if (leading !== undefined) header.set(leading);
	writePrefix(header, format.offset, size, format, body, last);
	return header;
}
