import { marshal, marshalBody, variant } from "@framewright/dbus-marshal";
import { describe, expect, test } from "vitest";
import { hex } from "./refusal.ts";

interface Vector {
	readonly name: string;
	readonly signature: string;
	readonly values: unknown[];
	readonly wire: string;
	readonly endianness?: "big";
	readonly position?: number;
}

const vectors: Vector[] = [
	{
		name: "the strings of the specification",
		signature: "sss",
		values: ["foo", "+", "bar"],
		wire: "03000000 666f6f00 01000000 2b00 0000 03000000 62617200",
	},
	{
		name: "the array of the specification, at 0",
		signature: "ax",
		values: [[5n]],
		wire: "00000008 00000000 0000000000000005",
		endianness: "big",
	},
	{
		name: "the same array at 4, where it needs no padding",
		signature: "ax",
		values: [[5n]],
		wire: "00000008 0000000000000005",
		endianness: "big",
		position: 4,
	},
	{
		name: "an empty array, padded for the element that it does not have",
		signature: "a(y)y",
		values: [[], 1],
		wire: "00000000 00000000 01",
	},
	{
		name: "an empty array of arrays, which needs no padding",
		signature: "aaxy",
		values: [[], 1],
		wire: "00000000 01",
	},
	{
		name: "every fixed-size type, big-endian",
		signature: "ybnqiuxtdh",
		values: [1, true, -2, 65535, -3, 4294967295, -2n, 2n ** 64n - 1n, 1.5, 7],
		wire: `01 000000 00000001 fffe ffff fffffffd ffffffff 00000000
			fffffffffffffffe ffffffffffffffff 3ff8000000000000 00000007`,
		endianness: "big",
	},
	{
		name: "every fixed-size type, little-endian, at 1",
		signature: "ybnqiuxtdh",
		values: [1, true, -2, 65535, -3, 4294967295, -2n, 2n ** 64n - 1n, 1.5, 7],
		wire: `01 0000 01000000 feff ffff fdffffff ffffffff 00000000
			feffffffffffffff ffffffffffffffff 000000000000f83f 07000000`,
		position: 1,
	},
	{
		name: "a struct is aligned to 8, whatever is in it",
		signature: "y(y)",
		values: [1, [2]],
		wire: "01 00000000000000 02",
	},
	{
		name: "an object path and a signature",
		signature: "og",
		values: ["/a/b", "a{sv}"],
		wire: "04000000 2f612f6200 05 617b73767d00",
	},
	{
		name: "a dict is an array of structs",
		signature: "a{yu}",
		values: [
			new Map([
				[1, 2],
				[3, 4],
			]),
		],
		wire: "10000000 00000000 01000000 02000000 03000000 04000000",
	},
	{
		name: "a variant has its signature before it",
		signature: "yv",
		values: [9, variant("t", 1n)],
		wire: "09 01 7400 00000000 0100000000000000",
	},
	{
		name: "bytes",
		signature: "ay",
		values: [Uint8Array.of(1, 2, 3)],
		wire: "03000000 010203",
	},
	{
		name: "text of two, three and four bytes a character, and what Unicode calls no character",
		signature: "s",
		values: ["é€😀\ufdd0\uffff\ufeff"],
		wire: "12000000 c3a9 e282ac f09f9880 efb790 efbfbf efbbbf 00",
	},
];

for (const { name, signature, values, wire, ...where } of vectors)
	describe(name, () => {
		const codec = marshalBody(signature);

		test("is encoded", () => {
			expect(codec.encode(values, where)).toEqual(hex(wire));
		});

		test("is decoded", () => {
			expect(codec.decode(hex(wire), where)).toEqual(values);
		});
	});

test("the fields of a header, as a body of their own, and the body behind them, in one message", () => {
	const header = marshalBody("yyyyuua(yv)", { dict: "entries" });
	const wire = hex(`6c010001 04000000 01000000 0f000000
		01016f00 06000000 2f612f62 2f630000`).subarray(0, -1);
	const values = [0x6c, 1, 0, 1, 4, 1, [[1, variant("o", "/a/b/c")]]];
	expect(header.decode(wire)).toEqual(values);
	expect(header.encode(values as never)).toEqual(wire);
});

test("bytes are one type for both byte orders: a value read in one is written in the other", () => {
	const codec = marshal("a(nqiuxtdb)");
	const value = codec.decode(
		codec.encode([[-1, 1, -2, 2, -3n, 3n, 0.1, true]], { endianness: "big" }),
		{ endianness: "big" },
	);
	expect(codec.decode(codec.encode(value))).toEqual(value);
});
