import { parseSignature, SignatureError } from "@framewright/dbus-marshal";
import { describe, expect, test } from "vitest";

test("a signature becomes the types that it says", () => {
	expect(parseSignature("")).toEqual([]);
	expect(parseSignature("a{s(iv)}aay")).toEqual([
		{
			kind: "dict",
			key: "s",
			value: {
				kind: "struct",
				fields: [{ kind: "basic", code: "i" }, { kind: "variant" }],
			},
		},
		{
			kind: "array",
			element: { kind: "array", element: { kind: "basic", code: "y" } },
		},
	]);
});

test("every basic type is the key of a dict", () => {
	for (const code of "ybnqiuxtdsogh")
		expect(parseSignature(`a{${code}v}`)).toEqual([
			{ kind: "dict", key: code, value: { kind: "variant" } },
		]);
});

describe("as in the tables of libdbus", () => {
	const valid = [
		"sss",
		"i",
		"b",
		"ai",
		"aai",
		"(i)",
		"(a(i))",
		"a{is}",
		"a{s(ii)}",
		"a{ia{ia{ii}}}",
		"(((((i)))))",
		"a(ii)a{ss}v",
	];
	for (const signature of valid)
		test(`${signature} is valid`, () => {
			expect(parseSignature(signature).length).toBeGreaterThan(0);
		});

	const invalid: [string, number, RegExp][] = [
		[" ", 0, /" " is not the code/],
		["not a valid signature", 3, /" " is not the code/],
		["123", 0, /"1" is not the code/],
		[".", 0, /"\." is not the code/],
		["(", 1, /missing at the end/],
		[")", 0, /missing before \)/],
		["a", 1, /missing at the end/],
		["aaa", 3, /missing at the end/],
		["()", 1, /missing before \)/],
		["a()", 2, /missing before \)/],
		["(a)", 2, /missing before \)/],
		["((i)", 4, /missing at the end/],
		["i)", 1, /missing before \)/],
		["(i}", 2, /missing before \}/],
		["{is}", 0, /only be the element of an array/],
		["({is})", 1, /only be the element of an array/],
		["a{}", 2, /key of a dict must be basic/],
		["a{(ii)i}", 2, /key of a dict must be basic/],
		["a{vs}", 2, /key of a dict must be basic/],
		["a{ais}", 2, /key of a dict must be basic/],
		["a{i}", 3, /missing before \}/],
		["a{is", 4, /one key and one value/],
		["a{isi}", 4, /one key and one value/],
		["a{sa}", 4, /missing before \}/],
		["r", 0, /"r" is not the code/],
		["e", 0, /"e" is not the code/],
		["m", 0, /"m" is not the code/],
		["i\0", 1, /is not the code/],
	];
	for (const [signature, index, reason] of invalid)
		test(`${JSON.stringify(signature)} is not`, () => {
			const error = errorOf(signature);
			expect(error).toMatchObject({ code: "invalid-syntax", index });
			expect(error.reason).toMatch(reason);
			expect(error.message).toContain(JSON.stringify(signature));
		});
});

describe("nesting", () => {
	const nest = (count: number, open: string, close: string): string =>
		`${open.repeat(count)}i${close.repeat(count)}`;

	test("goes to 32 arrays, 32 structs and 32 dict entries, each counted for itself", () => {
		for (const [open, close] of [
			["a", ""],
			["(", ")"],
			["a{y", "}"],
		] as const) {
			expect(parseSignature(nest(32, open, close))).toHaveLength(1);
			expect(errorOf(nest(33, open, close))).toMatchObject({
				name: "SignatureError",
				code: "too-deep",
				index: open.length === 3 ? 32 * 3 + 1 : 32,
			});
		}
		const both = `${"(".repeat(32)}${nest(32, "a{y", "}")}${")".repeat(32)}`;
		expect(parseSignature(both)).toHaveLength(1);
	});

	test("counts arrays only if nothing is between them, as libdbus does", () => {
		expect(
			parseSignature(`${"a".repeat(32)}(${"a".repeat(32)}i)`),
		).toHaveLength(1);
		expect(errorOf(`(${"a".repeat(33)}i)`).code).toBe("too-deep");
	});

	test("is what is open at once, not what there is in all", () => {
		expect(parseSignature("(i)".repeat(85))).toHaveLength(85);
		expect(parseSignature("a{yy}".repeat(51))).toHaveLength(51);
	});
});

test("a signature has 255 characters at most", () => {
	expect(parseSignature("y".repeat(255))).toHaveLength(255);
	expect(errorOf("y".repeat(256))).toMatchObject({
		code: "too-large",
		reason: "a signature may have 255 characters at most, not 256",
	});
});

function errorOf(signature: string): SignatureError {
	try {
		parseSignature(signature);
	} catch (error) {
		if (error instanceof SignatureError) return error;
	}
	throw new Error(`${signature} was accepted`);
}
