// The loops that people write by hand, as well as they can be written: the measure of what a layer costs.
// Each hands frames to the same sink as the layer does; what a chunk leaves over is joined to the next one.

const LIMIT = 8 * 1024 * 1024;

/** Calls `sink` with the memory and the place of each frame behind a u32. */
export function bareU32(
	chunks: Iterable<Uint8Array>,
	sink: (bytes: Uint8Array, start: number, end: number) => number,
): number {
	let sum = 0;
	let held: Uint8Array = new Uint8Array(0);
	for (const chunk of chunks) {
		const bytes = join(held, chunk);
		let at = 0;
		while (bytes.length - at >= 4) {
			const length =
				(((bytes[at] as number) << 24) |
					((bytes[at + 1] as number) << 16) |
					((bytes[at + 2] as number) << 8) |
					(bytes[at + 3] as number)) >>>
				0;
			if (length > LIMIT) throw new Error("too large");
			if (bytes.length - at - 4 < length) break;
			sum += sink(bytes, at + 4, at + 4 + length);
			at += 4 + length;
		}
		held = bytes.subarray(at);
	}
	return sum;
}

/** The same behind a varint of up to four bytes. */
export function bareVarint(
	chunks: Iterable<Uint8Array>,
	sink: (bytes: Uint8Array, start: number, end: number) => number,
): number {
	let sum = 0;
	let held: Uint8Array = new Uint8Array(0);
	for (const chunk of chunks) {
		const bytes = join(held, chunk);
		let at = 0;
		for (;;) {
			let length = 0;
			let body = at;
			let byte = 128;
			for (let shift = 0; byte >= 128 && body < bytes.length; shift += 7) {
				byte = bytes[body++] as number;
				length |= (byte & 127) << shift;
			}
			if (length > LIMIT) throw new Error("too large");
			if (byte >= 128 || bytes.length - body < length) break;
			sum += sink(bytes, body, body + length);
			at = body + length;
		}
		held = bytes.subarray(at);
	}
	return sum;
}

/** Calls `sink` with the memory and the place of each line, which ends with `delimiter` bytes, the last of them 0a. */
export function bareLines(
	chunks: Iterable<Uint8Array>,
	delimiter: number,
	sink: (bytes: Uint8Array, start: number, end: number) => number,
): number {
	let sum = 0;
	let held: Uint8Array = new Uint8Array(0);
	for (const chunk of chunks) {
		const bytes = join(held, chunk);
		let at = 0;
		for (;;) {
			const next = Buffer.prototype.indexOf.call(bytes, 10, at) + 1;
			if (next === 0) break;
			const end = next - delimiter;
			if (end - at > LIMIT) throw new Error("too large");
			sum += sink(bytes, at, end);
			at = next;
		}
		held = bytes.subarray(at);
	}
	return sum;
}

const EMPTY_LINE = Buffer.from("\r\n\r\n");
const FIELD = "Content-Length: ".length;

/** Calls `sink` with the memory and the place of each body behind a header that is nothing but its Content-Length. */
export function bareContentLength(
	chunks: Iterable<Uint8Array>,
	sink: (bytes: Uint8Array, start: number, end: number) => number,
): number {
	let sum = 0;
	let held: Uint8Array = new Uint8Array(0);
	for (const chunk of chunks) {
		const bytes = join(held, chunk);
		let at = 0;
		for (;;) {
			const end = Buffer.prototype.indexOf.call(bytes, EMPTY_LINE, at);
			if (end === -1) break;
			let length = 0;
			for (let i = at + FIELD; i < end; i++)
				length = 10 * length + (bytes[i] as number) - 48;
			if (length > LIMIT) throw new Error("too large");
			const body = end + EMPTY_LINE.length;
			if (bytes.length - body < length) break;
			sum += sink(bytes, body, body + length);
			at = body + length;
		}
		held = bytes.subarray(at);
	}
	return sum;
}

function join(held: Uint8Array, chunk: Uint8Array): Uint8Array {
	return held.length === 0 ? chunk : Buffer.concat([held, chunk]);
}
