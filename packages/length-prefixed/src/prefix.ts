/** Reads an unsigned integer of a fixed width at `bytes[at]`. Beyond 2^53 it is rounded; no limit lets that pass. */
export type ReadPrefix = (bytes: Uint8Array, at: number) => number;

// One function for each of the common widths, made once: a closure for each decoder would be a new call target for each
// connection, and its optimised code thrown away.
const u8: ReadPrefix = (b, at) => b[at] as number;
const u16be: ReadPrefix = (b, at) =>
	((b[at] as number) << 8) | (b[at + 1] as number);
const u16le: ReadPrefix = (b, at) =>
	(b[at] as number) | ((b[at + 1] as number) << 8);
const u32be: ReadPrefix = (b, at) =>
	(((b[at] as number) << 24) |
		((b[at + 1] as number) << 16) |
		((b[at + 2] as number) << 8) |
		(b[at + 3] as number)) >>>
	0;
const u32le: ReadPrefix = (b, at) =>
	((b[at] as number) |
		((b[at + 1] as number) << 8) |
		((b[at + 2] as number) << 16) |
		((b[at + 3] as number) << 24)) >>>
	0;

/** Picks the reader for prefixes of `width` bytes. */
export function prefixReader(width: number, endian: "be" | "le"): ReadPrefix {
	const big = endian === "be";
	if (width === 1) return u8;
	if (width === 2) return big ? u16be : u16le;
	if (width === 4) return big ? u32be : u32le;
	return (b, at) => {
		let value = 0;
		for (let i = 0; i < width; i++)
			value = value * 256 + (b[big ? at + i : at + width - 1 - i] as number);
		return value;
	};
}

/** Writes `value`, a safe integer, as `width` bytes at `bytes[at]`. */
export function writePrefix(
	bytes: Uint8Array,
	at: number,
	width: number,
	endian: "be" | "le",
	value: number,
): void {
	let rest = value;
	for (let i = 0; i < width; i++) {
		bytes[endian === "be" ? at + width - 1 - i : at + i] = rest % 256;
		rest = Math.floor(rest / 256);
	}
}

/** Counts the bytes of a varint that holds `value`, a safe integer. */
export function varintWidth(value: number): number {
	let width = 1;
	for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) width += 1;
	return width;
}

/** Writes `value`, a safe integer, as an unsigned LEB128 at `bytes[at]`. */
export function writeVarint(
	bytes: Uint8Array,
	at: number,
	value: number,
): void {
	let rest = value;
	let i = at;
	for (; rest >= 128; rest = Math.floor(rest / 128))
		bytes[i++] = (rest % 128) | 128;
	bytes[i] = rest;
}
