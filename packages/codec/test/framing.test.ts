import {
	codecLayer,
	DecodeError,
	type FramingDecoder,
	Skipped,
	stack,
} from "@framewright/codec";
import { describe, expect, test } from "vitest";
import { ascii, marked, pairs, skipping, triples } from "./small-layers.ts";

describe("a framing decoder", () => {
	test("says how many bytes it needs, once it has been asked for an item", () => {
		const decoder = triples().decoder() as FramingDecoder;
		expect(decoder.pull()).toBeUndefined();
		expect(decoder.bytesNeeded).toBe(3);
		decoder.push(Uint8Array.of(1, 2));
		expect(decoder.pull()).toBeUndefined();
		expect(decoder.bytesNeeded).toBe(1);
	});

	test.each([false, true])(
		"hands over plain bytes, whatever class the chunks are of (copy: %s)",
		(copy) => {
			const decoder = triples(copy).decoder();
			decoder.push(Buffer.from([1, 2, 3, 4]));
			decoder.push(Buffer.from([5, 6]));
			for (const expected of [
				[1, 2, 3],
				[4, 5, 6],
			]) {
				const frame = decoder.pull() as Uint8Array;
				expect(Object.getPrototypeOf(frame)).toBe(Uint8Array.prototype);
				expect([...frame]).toEqual(expected);
			}
		},
	);

	test("tells the figures of a truncated item as data", () => {
		const decoder = triples().decoder();
		decoder.push(Uint8Array.of(1, 2));
		decoder.end();
		expect(() => decoder.pull()).toThrow(
			expect.objectContaining({
				code: "truncated",
				offset: 2,
				message: "The input ended 2 bytes into a triple of 3",
				part: "triple",
				have: 2,
				need: 3,
			}),
		);
	});

	test("hands over by place what is no frame, too, and forgets it", () => {
		const decoder = skipping().decoder() as FramingDecoder<Skipped>;
		decoder.push(Uint8Array.of(0xff, 0, 0, 1, 2, 3));
		expect(decoder.next()).toBe(true);
		expect(decoder.other).toBeInstanceOf(Skipped);
		expect(decoder.frameEnd).toBe(0);
		expect(decoder.next()).toBe(true);
		expect(decoder.other).toBeUndefined();
		expect(decoder.next()).toBe(false);
		expect(decoder.other).toBeUndefined();
	});
});

test("an error that a stack moves keeps its figures, and has the first one as its cause", () => {
	const figures = { length: 9, limit: 8 };
	const fault = new DecodeError("too-large", "too much", 1, figures);
	const failing = codecLayer<string, Uint8Array>({
		encode: ascii.encode,
		decode() {
			throw fault;
		},
	});
	const decoder = stack(marked(), failing).decoder();
	decoder.push(Uint8Array.of(0, 7));
	expect(() => decoder.pull()).toThrow(
		expect.objectContaining({
			name: "DecodeError",
			code: "too-large",
			message: "too much",
			offset: 2,
			cause: fault,
			...figures,
		}),
	);
});

describe("encoding by reference", () => {
	const large = new Uint8Array(131_072).fill(7);

	test("hands a large payload on, and leaves a small one to encode()", () => {
		const encoder = marked().encoder();
		const pieces = encoder.encodeByReference?.(large);
		expect(pieces).toHaveLength(2);
		expect(pieces?.[0]).toEqual(Uint8Array.of(0));
		expect(pieces?.[1]).toBe(large);
		expect(encoder.encodeByReference?.(large.subarray(1))).toBeUndefined();
	});

	test("goes through a stack of framings", () => {
		const pieces = stack(marked(), pairs(), marked())
			.encoder()
			.encodeByReference?.(large);
		expect(pieces?.map(({ length }) => length)).toEqual([1, 1, 131_072]);
		expect(pieces?.[2]).toBe(large);
	});

	test("is left to encode() where a layer below cannot pass a payload on, or the one above makes none", () => {
		expect(
			stack(triples(), marked()).encoder().encodeByReference?.(large),
		).toBeUndefined();
		expect(
			stack(marked(), codecLayer(ascii)).encoder().encodeByReference?.("abc"),
		).toBeUndefined();
	});
});
