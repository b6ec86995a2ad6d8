// The escapes of RFC 1055, "PROTOCOL". The loops over bytes are plain functions beside the constants: as methods, or with
// the constants imported, they take twice as long.

import { type ByteWriter, indexOfByte } from "@framewright/codec";

export const END = 0xc0;
export const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** So many bytes a loop copies sooner than native code is called, which is faster from there on. */
const NEAR = 64;

/** Whether `byte` may come behind an ESC. */
export function isEscaped(byte: number | undefined): boolean {
	return byte === ESC_END || byte === ESC_ESC;
}

/** Writes `bytes[from, end)` without its escapes to `target` at `to`. Returns where that ends, or -1 for an invalid escape. */
export function unescapeInto(
	bytes: Uint8Array,
	from: number,
	end: number,
	target: Uint8Array,
	to: number,
): number {
	for (;;) {
		const near = end - from < 2 * NEAR ? end : from + NEAR;
		while (from < near) {
			let byte = bytes[from++] as number;
			if (byte === ESC) {
				byte = bytes[from++] as number;
				if (byte === ESC_END) byte = END;
				else if (byte === ESC_ESC) byte = ESC;
				else return -1;
			}
			target[to++] = byte;
		}
		if (from >= end) return to;
		const esc = indexOfByte(bytes, ESC, from, end);
		const far = esc === -1 ? end : esc;
		if (far - from > NEAR) {
			target.set(bytes.subarray(from, far), to);
			to += far - from;
			from = far;
		}
	}
}

/** Escapes what was written since `position`, in place, and ends it with END. */
export function escapeFrom(writer: ByteWriter, position: number): void {
	mark(writer);
	const { bytes, start, end } = writer;
	const first = indexOfSpecial(bytes, start + position, end);
	if (first < end) {
		// Moved behind itself, what is left comes out in one pass from the front. Counting what has to be escaped, to move it
		// from the back and by no more than that, takes two.
		const left = end - first;
		writer.ensure(left);
		writer.end += left;
		mark(writer);
		const to = writer.end - left;
		writer.bytes.copyWithin(to, to - left, to);
		writer.end = escapeDown(writer.bytes, to, writer.end, to - left);
		mark(writer);
	}
	writer.end += 1;
}

/** Puts END and ESC behind what was written: a search for what is not there goes no further. */
function mark(writer: ByteWriter): void {
	writer.ensure(2);
	writer.bytes[writer.end] = END;
	writer.bytes[writer.end + 1] = ESC;
}

/** The index of the first byte of `bytes[from, end)` that needs an escape, or `end`. Behind `end` stand the marks. */
function indexOfSpecial(bytes: Uint8Array, from: number, end: number): number {
	const near = Math.min(end, from + NEAR);
	for (let at = from; at < near; at++) {
		const byte = bytes[at];
		if (byte === END || byte === ESC) return at;
	}
	if (near === end) return end;
	return Math.min(
		end,
		indexOfByte(bytes, END, near, end + 2),
		indexOfByte(bytes, ESC, near, end + 2),
	);
}

/**
 * Writes `bytes[from, end)` with its escapes at `to`, which lies before `from` by the bytes that these add, at the least.
 * Returns where it ends. Behind `end` stand the marks.
 */
function escapeDown(
	bytes: Uint8Array,
	from: number,
	end: number,
	to: number,
): number {
	let nextEnd = 0;
	let nextEsc = 0;
	for (;;) {
		const near = end - from < 2 * NEAR ? end : from + NEAR;
		while (from < near) {
			const byte = bytes[from++] as number;
			if (byte === END || byte === ESC) {
				bytes[to++] = ESC;
				bytes[to++] = byte === END ? ESC_END : ESC_ESC;
			} else bytes[to++] = byte;
		}
		if (from === end) return to;
		if (nextEnd < from) nextEnd = indexOfByte(bytes, END, from, end + 2);
		if (nextEsc < from) nextEsc = indexOfByte(bytes, ESC, from, end + 2);
		const far = Math.min(nextEnd, nextEsc, end);
		if (far - from > NEAR) {
			bytes.copyWithin(to, from, far);
			to += far - from;
			from = far;
		}
	}
}
