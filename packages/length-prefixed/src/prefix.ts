/** Reads the unsigned integer at `bytes[at]`. Beyond 2^53 the value is rounded, which no limit lets pass. */
export type ReadPrefix = (bytes: Uint8Array, at: number) => number;

/** Makes the reader for prefixes of `width` bytes. The common ones have no loop. */
export function prefixReader(width: number, endian: "be" | "le"): ReadPrefix {
	const big = endian === "be";
	if (width === 1) return (b, at) => b[at] as number;
	if (width === 2)
		return big
			? (b, at) => ((b[at] as number) << 8) | (b[at + 1] as number)
			: (b, at) => (b[at] as number) | ((b[at + 1] as number) << 8);
	if (width === 4)
		return big
			? (b, at) =>
					(((b[at] as number) << 24) |
						((b[at + 1] as number) << 16) |
						((b[at + 2] as number) << 8) |
						(b[at + 3] as number)) >>>
					0
			: (b, at) =>
					((b[at] as number) |
						((b[at + 1] as number) << 8) |
						((b[at + 2] as number) << 16) |
						((b[at + 3] as number) << 24)) >>>
					0;
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

/** The bytes of a varint that holds `value`, a safe integer. */
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
