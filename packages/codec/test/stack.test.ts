import {
	type ByteDecoder,
	type ByteEncoder,
	type ByteLayer,
	ByteWriter,
	codecLayer,
	DecodeError,
	type Layer,
	stack,
} from "@framewright/codec";
import { describe, expect, test } from "vitest";
import { ascii, marked, pairs, triples } from "./small-layers.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const strings = codecLayer(ascii);
const lengths: Layer<number, string> = codecLayer({
	encode: (value: number) => "x".repeat(value),
	decode: (value: string) => value.trimEnd().length,
});

function drain<T>(decoder: { pull(): T | undefined }): T[] {
	const items: T[] = [];
	for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
		items.push(item);
	return items;
}

describe("types", () => {
	test("a stack is a layer from what its lowest reads to what its highest hands up", () => {
		stack(triples()) satisfies ByteLayer<Uint8Array>;
		stack(triples(), strings) satisfies ByteLayer<string>;
		stack(triples(), strings, lengths) satisfies ByteLayer<number>;
		stack(strings, lengths) satisfies Layer<number, Uint8Array>;
		stack(
			triples(),
			triples(),
			stack(triples(), strings),
			lengths,
		) satisfies ByteLayer<number>;
		stack(triples(), strings).decoder() satisfies ByteDecoder<string>;
		stack(triples(), strings).encoder() satisfies ByteEncoder<string>;
	});

	test("layers in the wrong order are a type error", () => {
		// @ts-expect-error: strings come after bytes
		stack(strings, triples());
		// @ts-expect-error: lengths need strings below them
		stack(triples(), lengths);
		// @ts-expect-error: the third layer does not fit the second
		stack(triples(), strings, strings);
		// @ts-expect-error: a stack of nothing
		expect(() => stack()).toThrow(RangeError);
		// @ts-expect-error: no number of items can be read as strings
		stack(triples(), strings, lengths) satisfies ByteLayer<string>;
	});
});

describe("decoding", () => {
	test("goes through all layers, in wire order", () => {
		const decoder = stack(triples(), strings, lengths).decoder();
		decoder.push(text("abcd  e"));
		expect(drain(decoder)).toEqual([3, 1]);
		decoder.push(text("  "));
		decoder.end();
		expect(drain(decoder)).toEqual([1]);
	});

	test("stops between two items, and hands over the bytes behind them", () => {
		const decoder = stack(triples(), strings).decoder();
		decoder.push(text("abcdefgh"));
		expect(decoder.pull()).toBe("abc");
		expect(decoder.rest()).toEqual(text("defgh"));
		expect(decoder.bytesHeld).toBe(0);
	});

	test("of messages instead of bytes has no rest to hand over", () => {
		expect("rest" in stack(strings, lengths).decoder()).toBe(false);
		expect("rest" in stack(triples(), strings).decoder()).toBe(true);
	});

	test("refuses to hand over the rest inside an item of an upper layer", () => {
		const decoder = stack(triples(), pairs()).decoder();
		decoder.push(text("abcdef"));
		expect(decoder.pull()).toEqual(text("ab"));
		expect(() => decoder.rest()).toThrow(/inside an item/);
	});

	test("says where on the wire an item began", () => {
		const decoder = stack(triples(), strings).decoder();
		decoder.push(text("abcdef"));
		decoder.pull();
		expect(decoder.itemOffset).toBe(0);
		decoder.pull();
		expect(decoder.itemOffset).toBe(3);
	});

	test("says where on the wire a fault of an upper layer is, whatever was consumed before", () => {
		const decoder = stack(triples(), strings).decoder();
		decoder.push(Uint8Array.of(97, 98, 99, 97, 98, 0x80));
		expect(decoder.pull()).toBe("abc");
		expect(() => decoder.pull()).toThrow(
			expect.objectContaining({
				name: "DecodeError",
				code: "invalid-value",
				offset: 5,
				message: "ASCII ends at 7f",
			}),
		);
	});

	test("says where it is behind a framing that strips bytes", () => {
		const decoder = stack(marked(), strings).decoder();
		decoder.push(Uint8Array.of(0, 97, 0, 98, 0, 0x80));
		expect(drainUntilFault(decoder)).toEqual(["a", "b", "invalid-value at 5"]);
	});

	test("is dead after a fault of any layer, and holds nothing", () => {
		for (const bad of [
			Uint8Array.of(0xff, 0, 0),
			Uint8Array.of(97, 0x80, 97),
		]) {
			const decoder = stack(triples(), strings).decoder();
			decoder.push(bad);
			decoder.push(text("abc"));
			const first = fault(() => decoder.pull());
			decoder.push(text("abc"));
			expect(fault(() => decoder.pull())).toBe(first);
			expect(decoder.bytesHeld).toBe(0);
		}
	});

	test("lets go of what an upper layer holds when a lower one is at fault", () => {
		const decoder = stack(triples(), pairs()).decoder();
		decoder.push(Uint8Array.of(97, 98, 99, 0xff, 0, 0));
		expect(drainUntilFault(decoder)).toEqual([
			text("ab"),
			"invalid-value at 3",
		]);
		expect(decoder.bytesHeld).toBe(0);
	});

	test("tells the end of input to every layer", () => {
		const decoder = stack(triples(), pairs()).decoder();
		decoder.push(text("abc"));
		decoder.end();
		expect(drainUntilFault(decoder)).toEqual([text("ab"), "truncated at 3"]);
	});

	test("an end inside the lowest layer's item is truncated", () => {
		const decoder = stack(triples(), strings).decoder();
		decoder.push(text("abcd"));
		decoder.end();
		expect(drainUntilFault(decoder)).toEqual(["abc", "truncated at 4"]);
	});
});

describe("encoding", () => {
	test("goes through all layers", () => {
		expect(stack(triples(), strings, lengths).encoder().encode(3)).toEqual(
			text("xxx"),
		);
	});

	test("appends to a shared buffer, and takes back what it refuses", () => {
		const encoder = stack(triples(), strings).encoder();
		const writer = new ByteWriter();
		writer.append(encoder, "abc");
		expect(() => writer.append(encoder, "abcd")).toThrow(RangeError);
		expect(() => encoder.encode("abcd")).toThrow(RangeError);
		writer.append(encoder, "def");
		expect(writer.take()).toEqual(text("abcdef"));
		expect(encoder.encode("ghi")).toEqual(text("ghi"));
	});

	test("through two framings writes each payload once, in place", () => {
		const encoder = stack(marked(), marked()).encoder();
		expect(encoder.encode(text("a"))).toEqual(Uint8Array.of(0, 0, 97));
	});
});

test("codecLayer: a fault of the codec kills the decoder; its offset counts the messages before it", () => {
	const decoder = strings.decoder();
	decoder.push(text("abc"));
	decoder.push(Uint8Array.of(97, 0x80));
	decoder.push(text("def"));
	expect(drainUntilFault(decoder)).toEqual(["abc", "invalid-value at 4"]);
	decoder.push(text("ghi"));
	expect(drainUntilFault(decoder)).toEqual(["invalid-value at 4"]);
	decoder.end();
	expect(() => decoder.push(text("abc"))).toThrow(/after end/);
});

test("codecLayer: a codec's own mistake is not dressed up as the input's", () => {
	const decoder = codecLayer<string, Uint8Array>({
		encode: () => text(""),
		decode: () => {
			throw new TypeError("a bug");
		},
	}).decoder();
	decoder.push(text("x"));
	expect(() => decoder.pull()).toThrow(TypeError);
});

function fault(run: () => unknown): unknown {
	try {
		run();
	} catch (error) {
		return error;
	}
	throw new Error("nothing was thrown");
}

function drainUntilFault<T>(decoder: {
	pull(): T | undefined;
}): (T | string)[] {
	const events: (T | string)[] = [];
	try {
		for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
			events.push(item);
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		events.push(`${error.code} at ${error.offset}`);
	}
	return events;
}
