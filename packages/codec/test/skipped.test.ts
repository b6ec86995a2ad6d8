import { type ByteLayer, codecLayer, Skipped, stack } from "@framewright/codec";
import { describe, expect, test } from "vitest";
import { ascii, numbers, pairs, skipping, triples } from "./small-layers.ts";

const strings = codecLayer(ascii);

/** Items with the places where they began; of what was skipped, its own place too. */
function events<T>(
	layer: ByteLayer<T & {}, never>,
	...wire: number[]
): unknown[] {
	const decoder = layer.decoder();
	decoder.push(Uint8Array.from(wire));
	const found: unknown[] = [];
	for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
		found.push(
			item instanceof Skipped
				? `${item.code} at ${item.offset}, from ${decoder.itemOffset}`
				: [item, decoder.itemOffset],
		);
	return found;
}

describe("what a layer skipped", () => {
	test("is an item of a stack, handed past the layers above", () => {
		const layer = stack(skipping(), strings);
		layer satisfies ByteLayer<string | Skipped, string>;
		expect(events(layer, 97, 97, 97, 0xff, 0, 0, 98, 98, 98)).toEqual([
			["aaa", 0],
			"invalid-value at 3, from 3",
			["bbb", 6],
		]);
	});

	test("comes out in its place among what lower frames were cut into", () => {
		const layer = stack(skipping(), pairs());
		const wire = [1, 2, 3, 0xff, 0, 0, 4, 5, 6];
		expect(events(layer, ...wire)).toEqual([
			[Uint8Array.of(1, 2), 0],
			"invalid-value at 3, from 3",
			// Begun before what was skipped: the place is that of the frame that completed it.
			[Uint8Array.of(3, 4), 6],
			[Uint8Array.of(5, 6), 7],
		]);
	});

	test("does not move the place where an upper layer's input ended", () => {
		const decoder = stack(skipping(), pairs()).decoder();
		decoder.push(Uint8Array.of(1, 2, 3, 0xff, 0, 0, 0xff, 0, 0));
		decoder.end();
		expect(decoder.pull()).toEqual(Uint8Array.of(1, 2));
		expect(decoder.pull()).toMatchObject({ offset: 3 });
		expect(decoder.pull()).toMatchObject({ offset: 6 });
		expect(() => decoder.pull()).toThrow(
			expect.objectContaining({ code: "truncated", offset: 3 }),
		);
	});

	test("by an upper layer has its offset on the wire", () => {
		const layer = stack(triples(), numbers());
		layer satisfies ByteLayer<number | Skipped, number>;
		expect(events(layer, 1, 2, 3, 4, 0x80, 6, 7, 8, 9)).toEqual([
			[3, 0],
			"invalid-value at 4, from 3",
			[3, 6],
		]);
	});

	test("by any of three layers is told", () => {
		const layer = stack(skipping(), stack(triples(), numbers()));
		layer satisfies ByteLayer<number | Skipped, number>;
		expect(events(layer, 1, 2, 3, 0xff, 2, 3, 1, 2, 0x80)).toEqual([
			[3, 0],
			"invalid-value at 3, from 3",
			"invalid-value at 8, from 6",
		]);
	});

	test("cannot be sent: the types say so", () => {
		const encoder = stack(skipping(), strings).encoder();
		// @ts-expect-error: only strings are sent
		expect(() => encoder.encode(new Skipped("too-large", "", 0))).toThrow();
	});

	test("keeps its figures when it is moved", () => {
		const bytes = Uint8Array.of(1);
		const layer = stack(
			triples(),
			codecLayer<Skipped | number, Uint8Array>({
				encode: () => bytes,
				decode: () =>
					new Skipped("too-large", "too much", 1, {
						length: 9,
						limit: 8,
						bytes,
					}),
			}),
		);
		const decoder = layer.decoder();
		decoder.push(new Uint8Array(6));
		decoder.pull();
		expect(decoder.pull()).toEqual(
			new Skipped("too-large", "too much", 4, { length: 9, limit: 8, bytes }),
		);
	});
});

test("a layer above that takes bytes alone does not fit one that hands up more than it skipped", () => {
	const parts = triples() as ByteLayer<Uint8Array | { end: true }, Uint8Array>;
	// @ts-expect-error: strings take bytes, and no { end: true }
	stack(parts, strings);
});
