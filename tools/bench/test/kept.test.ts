// What frames keep alive that a user keeps: the bounds that the READMEs state.

import { cobs } from "@framewright/cobs";
import type { ByteLayer } from "@framewright/codec";
import { contentLength } from "@framewright/content-length";
import { httpChunked } from "@framewright/http-chunked";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { newline } from "@framewright/newline";
import { slip } from "@framewright/slip";
import { describe, expect, test } from "vitest";

const SIZE = 100;
const FRAMES = 1000;
const CHUNK = 65_536;

const framings: Record<string, (copy: boolean) => ByteLayer<Uint8Array>> = {
	cobs: (copy) => cobs({ copy }),
	"content-length": (copy) => contentLength({ copy }),
	"length-prefixed": (copy) => lengthPrefixed({ copy }),
	newline: (copy) => newline({ copy }),
	slip: (copy) => slip({ copy }),
};

/** Frames of letters, as they come over the wire. */
function wireOf(layer: ByteLayer<Uint8Array>): Uint8Array {
	const encoder = layer.encoder();
	return encoder.encode(new Uint8Array(SIZE).fill(97)).slice();
}

/** Decodes chunks, and returns the frames. */
function keep(
	layer: ByteLayer<Uint8Array>,
	chunks: Iterable<Uint8Array>,
	isKept: (index: number) => boolean = () => true,
): Uint8Array[] {
	const decoder = layer.decoder();
	const frames: Uint8Array[] = [];
	let index = 0;
	for (const chunk of chunks) {
		decoder.push(chunk);
		for (
			let item = decoder.pull();
			item !== undefined;
			item = decoder.pull(), index++
		)
			if (isKept(index)) frames.push(item);
	}
	return frames;
}

/** All memory that is alive as long as the frames are. */
function pinned(frames: readonly Uint8Array[]): number {
	let bytes = 0;
	for (const buffer of new Set(frames.map(({ buffer }) => buffer)))
		bytes += buffer.byteLength;
	return bytes;
}

describe.each(Object.entries(framings))(
	"%s: 1,000 small frames that are kept",
	(_, framing) => {
		function* largeChunks(layer: ByteLayer<Uint8Array>): Generator<Uint8Array> {
			const wire = wireOf(layer);
			const perChunk = Math.floor(CHUNK / wire.length);
			for (let i = 0; i < FRAMES; i++) {
				const chunk = new Uint8Array(perChunk * wire.length);
				for (let at = 0; at < chunk.length; at += wire.length)
					chunk.set(wire, at);
				yield chunk;
			}
		}
		const oneOfEachChunk = (layer: ByteLayer<Uint8Array>): Uint8Array[] => {
			const perChunk = Math.floor(CHUNK / wireOf(layer).length);
			return keep(layer, largeChunks(layer), (index) => index % perChunk === 0);
		};

		test("keep nothing else alive with copy: true, one from each chunk of 64 KiB", () => {
			const frames = oneOfEachChunk(framing(true));
			expect(frames).toHaveLength(FRAMES);
			expect(pinned(frames)).toBe(FRAMES * SIZE);
		});

		test("keep no more than their chunks alive as views", () => {
			const frames = oneOfEachChunk(framing(false));
			expect(frames).toHaveLength(FRAMES);
			expect(pinned(frames)).toBeLessThanOrEqual(FRAMES * CHUNK);
		});

		test("keep twice their wire and 16 KiB alive at the most, when they came byte by byte", () => {
			const layer = framing(false);
			const wire = wireOf(layer);
			const frames = keep(
				layer,
				(function* () {
					for (let i = 0; i < FRAMES * wire.length; i++)
						yield wire.slice(i % wire.length, (i % wire.length) + 1);
				})(),
			);
			expect(frames).toHaveLength(FRAMES);
			expect(pinned(frames)).toBeLessThanOrEqual(
				2 * FRAMES * wire.length + 16_384,
			);
		});
	},
);

test("data of a chunked body that came byte by byte keeps those bytes alive, and no more", () => {
	const layer = httpChunked();
	const wire = new TextEncoder().encode(`64\r\n${"a".repeat(SIZE)}\r\n`);
	const decoder = layer.decoder();
	const kept: Uint8Array[] = [];
	for (let i = 0; i < 10 * wire.length; i++) {
		decoder.push(wire.slice(i % wire.length, (i % wire.length) + 1));
		for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
			if (item instanceof Uint8Array) kept.push(item);
	}
	expect(kept).toHaveLength(10 * SIZE);
	expect(pinned(kept)).toBe(10 * SIZE);
});
