// What goes over the wire in a benchmark, and what every contender does with a frame.

import type { FramingDecoder } from "@framewright/codec";

export const MiB: number = 1 << 20;
/** The payloads of the frames, in bytes. */
export const FRAMES: readonly number[] = [16, 64, 1024, 65_536, 8 * MiB];

export interface Workload {
	readonly frames: number;
	readonly bytes: number;
	/** The wire, cut outside the clock. Buffers, since that is what sockets hand over. */
	readonly chunks: readonly Uint8Array[];
}

/** Makes frames of `size` bytes of text, as many as fill `total` bytes, one at the least. */
export function payloads(size: number, total: number): Uint8Array[] {
	const count = Math.max(1, Math.floor(total / size));
	return Array.from({ length: count }, (_, i) =>
		new Uint8Array(size).fill(97 + (i % 26)),
	);
}

/** Makes frames in which all bytes are equally frequent, for framings that escape some of them. The same ones every time. */
export function noise(size: number, total: number): Uint8Array[] {
	const count = Math.max(1, Math.floor(total / size));
	let state = 1;
	return Array.from({ length: count }, () => {
		const bytes = new Uint8Array(size);
		for (let i = 0; i < size; i++) {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			bytes[i] = state >>> 24;
		}
		return bytes;
	});
}

// A million one-byte chunks share 256 of them: what it costs to have so many is not the question.
const ONE_BYTE = Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]));

/** Joins encoded frames and cuts them into chunks of `chunk` bytes. */
export function workload(
	encoded: readonly Uint8Array[],
	chunk: number,
): Workload {
	const wire = Buffer.concat(encoded);
	const chunks: Uint8Array[] = [];
	if (chunk === 1)
		for (const byte of wire) chunks.push(ONE_BYTE[byte] as Buffer);
	else
		for (let at = 0; at < wire.length; at += chunk)
			chunks.push(Buffer.from(wire.subarray(at, at + chunk)));
	return { frames: encoded.length, bytes: wire.length, chunks };
}

/** Joins encoded frames and cuts each of them once, `seam(frame)` bytes into it. */
export function seamed(
	encoded: readonly Uint8Array[],
	seam: (frame: Uint8Array) => number,
): Workload {
	const wire = Buffer.concat(encoded);
	const chunks: Uint8Array[] = [];
	let at = 0;
	let start = 0;
	for (const frame of encoded) {
		chunks.push(Buffer.from(wire.subarray(at, start + seam(frame))));
		at = start + seam(frame);
		start += frame.length;
	}
	chunks.push(Buffer.from(wire.subarray(at)));
	return { frames: encoded.length, bytes: wire.length, chunks };
}

/** The sink of everyone who hands over bytes: the frame must be contiguous; its length and both ends are read. */
export function touch(frame: Uint8Array): number {
	return touchAt(frame, 0, frame.length);
}

/** The same sink for those who hand over a place in memory. */
export function touchAt(bytes: Uint8Array, start: number, end: number): number {
	return end === start
		? 1
		: (bytes[start] as number) + (bytes[end - 1] as number) + end - start;
}

/** The same sink for those who hand over strings. */
export function touchText(line: string): number {
	return line.charCodeAt(0) + line.charCodeAt(line.length - 1) + line.length;
}

/** The sink of encoders, which cut their output differently: the checksum is the bytes in all; the first one is read. */
export function written(bytes: Uint8Array): number {
	return bytes[0] === undefined ? 0 : bytes.length;
}

/** Gives all chunks to a decoder that lives as long as a connection would, and takes every item. */
export function drain<T>(
	decoder: { push(chunk: Uint8Array): void; pull(): T | undefined },
	chunks: Iterable<Uint8Array>,
	sink: (item: T) => number,
): number {
	let sum = 0;
	for (const chunk of chunks) {
		decoder.push(chunk);
		sum += pullAll(decoder, sink);
	}
	return sum;
}

/** What can be asked for places in memory instead of views. */
type Cursor = Pick<
	FramingDecoder,
	"push" | "next" | "frameBytes" | "frameStart" | "frameEnd"
>;

/** The same by places in memory, without a view for each frame. */
export function drainAt(
	decoder: Cursor,
	chunks: Iterable<Uint8Array>,
	sink: (bytes: Uint8Array, start: number, end: number) => number,
): number {
	let sum = 0;
	for (const chunk of chunks) {
		decoder.push(chunk);
		sum += nextAll(decoder, sink);
	}
	return sum;
}

// A function for each chunk, as an event handler is: a loop that is compiled while it runs is thrown away when it ends.
function pullAll<T>(
	decoder: { pull(): T | undefined },
	sink: (item: T) => number,
): number {
	let sum = 0;
	for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
		sum += sink(item);
	return sum;
}

function nextAll(
	decoder: Cursor,
	sink: (bytes: Uint8Array, start: number, end: number) => number,
): number {
	let sum = 0;
	while (decoder.next())
		sum += sink(decoder.frameBytes, decoder.frameStart, decoder.frameEnd);
	return sum;
}
