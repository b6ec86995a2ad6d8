// What goes over the wire in a benchmark, and what every contender does with a frame.

import type { FramingDecoder } from "@framewright/codec";

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

/** Joins encoded frames and cuts them into chunks of `chunk` bytes. */
export function workload(
	encoded: readonly Uint8Array[],
	chunk: number,
): Workload {
	const wire = Buffer.concat(encoded);
	const chunks: Uint8Array[] = [];
	for (let at = 0; at < wire.length; at += chunk)
		chunks.push(Buffer.from(wire.subarray(at, at + chunk)));
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

/** Gives all chunks to a decoder that lives as long as a connection would, and takes every item. */
export function drain<T>(
	decoder: { push(chunk: Uint8Array): void; pull(): T | undefined },
	chunks: readonly Uint8Array[],
	sink: (item: T) => number,
): number {
	let sum = 0;
	for (const chunk of chunks) {
		decoder.push(chunk);
		sum += pullAll(decoder, sink);
	}
	return sum;
}

/** The same by places in memory, without a view for each frame. */
export function drainAt(
	decoder: FramingDecoder,
	chunks: readonly Uint8Array[],
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
	decoder: FramingDecoder,
	sink: (bytes: Uint8Array, start: number, end: number) => number,
): number {
	let sum = 0;
	while (decoder.next())
		sum += sink(decoder.frameBytes, decoder.frameStart, decoder.frameEnd);
	return sum;
}
