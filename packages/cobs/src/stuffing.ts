// The blocks of COBS (Cheshire and Baker, IEEE/ACM Transactions on Networking 7(2), 1999, section IV):
//
//     [code][code - 1 bytes, none of them zero]   and then a zero, unless the code is ff or the block is the last
//
// The loops over bytes are plain functions beside their constants: as methods, they take twice as long.

import { indexOfByte } from "@framewright/codec";

/** The code of a block behind which no zero is meant, and the bytes in it. */
const FULL = 0xff;
const MOST = 0xfe;

/** So many bytes a loop handles sooner than native code is called, which is faster from there on. */
const NEAR = 96;

/** Writes what the blocks in `bytes[from, end)` mean to `target` at `to`. Returns where that ends, or -1 if they do not fill `end`. */
export function unstuffInto(
	bytes: Uint8Array,
	from: number,
	end: number,
	target: Uint8Array,
	to: number,
): number {
	for (;;) {
		// Up to the end of a full block, bytes stay together. Copied first and patched then, they cost no branch each.
		let next = from;
		let code = 0;
		while (next < end && code < FULL) {
			code = bytes[next] as number;
			next += code;
		}
		if (next > end) return -1;
		const shift = to - from - 1;
		let zero = from + (bytes[from] as number);
		if (next - from > NEAR) target.set(bytes.subarray(from + 1, next), to);
		else
			for (let at = from + 1; at < next; at++)
				target[at + shift] = bytes[at] as number;
		for (; zero < next; zero += bytes[zero] as number) target[zero + shift] = 0;
		to = next + shift;
		from = next;
		if (from === end) return to;
	}
}

/** Tells what is wrong with a block of which only `length` bytes are there, the code included. */
export function overrun(code: number, length: number): string {
	return `A block of ${code} bytes must not end after ${length}`;
}

/** How much more than its first code and a zero `length` bytes may take, stuffed: a code for each full block. */
export function mostCodes(length: number): number {
	return Math.floor(length / MOST);
}

/**
 * Stuffs the frame `bytes[first + 1, end)` in place, and writes a zero behind it. Returns where that is. The first code goes to
 * `bytes[first]`; behind `end` there is room for the zero and for `mostCodes`.
 */
export function stuff(bytes: Uint8Array, first: number, end: number): number {
	// A search for what is not there ends here.
	bytes[end] = 0;
	// Up to the first full block there are as many codes as zeros, and one.
	let code = first;
	while (code < end) {
		const zero = indexOfZero(bytes, code + 1);
		const length = zero - code;
		if (length > FULL || (length === FULL && zero < end))
			return stuffFrom(bytes, code, end);
		bytes[code] = length;
		code = zero;
	}
	return end;
}

/** Does the same where there are more codes than zeros, and bytes that have to move. */
function stuffFrom(bytes: Uint8Array, first: number, end: number): number {
	let code = first;
	let from = code + 1;
	// They move up by all the room that they may need, and come down again block by block.
	const room = mostCodes(end - from);
	bytes.copyWithin(from + room, from, end + 1);
	from += room;
	const last = end + room;
	let zero = first;
	for (;;) {
		const most = Math.min(last, from + MOST);
		const near = Math.min(most, from + NEAR);
		let to = code + 1;
		while (from < near && bytes[from] !== 0)
			bytes[to++] = bytes[from++] as number;
		if (from === near) {
			// Once for all blocks up to it.
			if (zero < from) zero = indexOfByte(bytes, 0, from, last + 1);
			const stop = Math.min(zero, most);
			bytes.copyWithin(to, from, stop);
			to += stop - from;
			from = stop;
		}
		const length = to - code;
		bytes[code] = length;
		code = to;
		if (from === last) break;
		if (length < FULL) from += 1;
	}
	bytes[code] = 0;
	return code;
}

/** The index of the first zero at or after `from`. There is one. */
function indexOfZero(bytes: Uint8Array, from: number): number {
	const near = from + NEAR;
	for (let at = from; at < near; at++) if (bytes[at] === 0) return at;
	return indexOfByte(bytes, 0, near, bytes.length);
}
