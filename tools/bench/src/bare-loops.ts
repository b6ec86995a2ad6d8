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
	return bareDelimited(chunks, 10, delimiter, sink);
}

/** The same for whatever ends with `width` bytes of which `last` is the last. */
export function bareDelimited(
	chunks: Iterable<Uint8Array>,
	last: number,
	width: number,
	sink: (bytes: Uint8Array, start: number, end: number) => number,
): number {
	let sum = 0;
	let held: Uint8Array = new Uint8Array(0);
	for (const chunk of chunks) {
		const bytes = join(held, chunk);
		let at = 0;
		for (;;) {
			const next = Buffer.prototype.indexOf.call(bytes, last, at) + 1;
			if (next === 0) break;
			const end = next - width;
			// What is escaped is a bit longer than what it was made of.
			if (end - at > 1.01 * LIMIT) throw new Error("too large");
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

/** Calls `sink` with the memory and the place of each SLIP packet: memory that the next packet is written to. */
export function bareSlip(
	chunks: Iterable<Uint8Array>,
	sink: (bytes: Uint8Array, start: number, end: number) => number,
): number {
	const [END, ESC, ESC_END, ESC_ESC] = [0xc0, 0xdb, 0xdc, 0xdd];
	let sum = 0;
	let packet = new Uint8Array(1024);
	let length = 0;
	let escaped = false;
	for (const chunk of chunks)
		for (let i = 0; i < chunk.length; i++) {
			let byte = chunk[i] as number;
			if (byte === END) {
				if (length > 0) sum += sink(packet, 0, length);
				length = 0;
				continue;
			}
			if (byte === ESC) {
				escaped = true;
				continue;
			}
			if (escaped) {
				if (byte !== ESC_END && byte !== ESC_ESC) throw new Error("bad escape");
				byte = byte === ESC_END ? END : ESC;
				escaped = false;
			}
			if (length === packet.length) {
				if (length >= LIMIT) throw new Error("too large");
				const larger = new Uint8Array(2 * length);
				larger.set(packet);
				packet = larger;
			}
			packet[length++] = byte;
		}
	return sum;
}

/** The same for COBS packets with a zero behind each. */
export function bareCobs(
	chunks: Iterable<Uint8Array>,
	sink: (bytes: Uint8Array, start: number, end: number) => number,
): number {
	let packet = new Uint8Array(1024);
	return bareDelimited(chunks, 0, 1, (bytes, start, end) => {
		if (packet.length < end - start) packet = new Uint8Array(end - start);
		let length = 0;
		for (let i = start; i < end; ) {
			const code = bytes[i++] as number;
			const next = i + code - 1;
			if (next > end) throw new Error("truncated");
			while (i < next) packet[length++] = bytes[i++] as number;
			if (code < 255 && i < end) packet[length++] = 0;
		}
		return sink(packet, 0, length);
	});
}

/** Calls `sink` with the memory and the place of what has arrived of each chunk of an HTTP body. */
export function bareChunked(
	chunks: Iterable<Uint8Array>,
	sink: (bytes: Uint8Array, start: number, end: number) => number,
): number {
	let sum = 0;
	let held: Uint8Array = new Uint8Array(0);
	/** Bytes to come of the data and the line end behind it. */
	let left = 0;
	for (const chunk of chunks) {
		const bytes = join(held, chunk);
		let at = 0;
		for (;;) {
			const data = Math.min(left - 2, bytes.length - at);
			if (data > 0) {
				sum += sink(bytes, at, at + data);
				at += data;
				left -= data;
			}
			// The size is in between the line end of the last data and its own.
			const size = at + left;
			const end = Buffer.prototype.indexOf.call(bytes, 10, size);
			if (left > 2 || end === -1) break;
			let length = 0;
			for (let i = size; i < end - 1; i++) {
				const digit = Number.parseInt(
					String.fromCharCode(bytes[i] as number),
					16,
				);
				length = 16 * length + digit;
			}
			left = length + 2;
			at = end + 1;
		}
		held = bytes.subarray(at);
	}
	return sum;
}

function join(held: Uint8Array, chunk: Uint8Array): Uint8Array {
	return held.length === 0 ? chunk : Buffer.concat([held, chunk]);
}
