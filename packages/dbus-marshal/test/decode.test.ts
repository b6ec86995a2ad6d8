import { DecodeError, type DecodeErrorCode } from "@framewright/codec";
import {
	marshal,
	marshalBody,
	plain,
	Variant,
	variant,
} from "@framewright/dbus-marshal";
import { describe, expect, test } from "vitest";

const hex = (text: string): Uint8Array =>
	Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));

/** Decodes bytes that are refused. */
function refusal(
	signature: string,
	bytes: Uint8Array,
	position = 0,
): DecodeError {
	try {
		marshalBody(signature).decode(bytes, { position });
	} catch (error) {
		if (error instanceof DecodeError) return error;
		throw error;
	}
	throw new Error("the bytes were accepted");
}

describe("what the specification forbids is refused, with the offset and the path", () => {
	const refused: [
		what: string,
		signature: string,
		wire: string,
		code: DecodeErrorCode,
		offset: number,
		message: string,
	][] = [
		[
			"padding that is not zero",
			"yu",
			"01 000100 01000000",
			"invalid-syntax",
			2,
			"body[1]: padding must be zero, not 1",
		],
		[
			"padding before the first element",
			"ax",
			"00000000 00000001",
			"invalid-syntax",
			7,
			"body[0]: padding must be zero, not 1",
		],
		[
			"padding before a struct",
			"y(y)",
			"01 00000000000009 01",
			"invalid-syntax",
			7,
			"body[1]: padding must be zero, not 9",
		],
		[
			"padding in a variant",
			"v",
			"01 7500 ff 01000000",
			"invalid-syntax",
			3,
			"body[0].v: padding must be zero, not 255",
		],
		[
			"a boolean of 2",
			"b",
			"02000000",
			"invalid-value",
			0,
			"body[0]: a boolean must be 0 or 1, not 2",
		],
		[
			"a boolean of 2 in an array",
			"ab",
			"08000000 01000000 02000000",
			"invalid-value",
			8,
			"body[0][1]: a boolean must be 0 or 1, not 2",
		],
		[
			"a NUL in a string",
			"s",
			"03000000 610062 00",
			"invalid-value",
			5,
			"body[0]: a string cannot hold a NUL",
		],
		[
			"a NUL in a long string",
			"s",
			`28000000 ${"61".repeat(39)}00 00`,
			"invalid-value",
			43,
			"body[0]: a string cannot hold a NUL",
		],
		[
			"a string without its NUL",
			"s",
			"01000000 6161",
			"invalid-syntax",
			5,
			"body[0]: a NUL must follow, not 97",
		],
		[
			"an overlong slash",
			"s",
			"02000000 c0af 00",
			"invalid-utf8",
			4,
			"body[0]: a string must be UTF-8",
		],
		[
			"half of a surrogate pair",
			"s",
			"03000000 eda080 00",
			"invalid-utf8",
			4,
			"body[0]: a string must be UTF-8",
		],
		[
			"a character above U+10FFFF",
			"s",
			"04000000 f4908080 00",
			"invalid-utf8",
			4,
			"body[0]: a string must be UTF-8",
		],
		[
			"a character that is cut off",
			"s",
			"01000000 c3 00",
			"invalid-utf8",
			4,
			"body[0]: a string must be UTF-8",
		],
		[
			"an empty path",
			"o",
			"00000000 00",
			"invalid-syntax",
			4,
			"body[0]: bad object path",
		],
		[
			"a path without its NUL",
			"o",
			"01000000 2f 61",
			"invalid-syntax",
			5,
			"body[0]: a NUL must follow, not 97",
		],
		[
			"a signature without its NUL",
			"g",
			"01 69 69",
			"invalid-syntax",
			2,
			"body[0]: a NUL must follow, not 105",
		],
		[
			"a bad signature",
			"yg",
			"00 05 617b76737d 00",
			"invalid-syntax",
			4,
			"body[1]: the key of a dict must be basic",
		],
		[
			"a signature of 33 arrays",
			"g",
			`22 ${"61".repeat(33)}69 00`,
			"too-deep",
			33,
			"body[0]: more than 32 nested arrays",
		],
		[
			"a variant without a type",
			"v",
			"00 00",
			"invalid-syntax",
			1,
			"body[0]: a complete type is missing",
		],
		[
			"a variant of two types",
			"v",
			"02 6979 00 01000000 01",
			"invalid-syntax",
			1,
			"body[0]: there must be one complete type, not several",
		],
		[
			"a variant of an array of empty structs",
			"v",
			"03 612829 00 00000000",
			"invalid-syntax",
			3,
			"body[0]: a complete type is missing before )",
		],
		[
			"a variant of a dict entry",
			"v",
			"04 7b73737d 00",
			"invalid-syntax",
			1,
			"body[0]: a dict entry may only be the element of an array",
		],
		[
			"an array that ends inside an element",
			"ai",
			"06000000 01000000 0200",
			"invalid-length",
			4,
			"body[0]: the length of this array must be a multiple of 4, not 6",
		],
		[
			"an array that ends inside a string",
			"as",
			"06000000 02000000 6161 00",
			"invalid-length",
			10,
			"body[0]: the elements of an array must end where its length says",
		],
		[
			"a dict that ends inside an entry",
			"a{yy}",
			"01000000 00000000 0101",
			"invalid-length",
			9,
			"body[0]: the elements of an array must end where its length says",
		],
		[
			"an array inside an array that is longer",
			"aai",
			"04000000 04000000 01000000",
			"invalid-length",
			8,
			"body[0]: the elements of an array must end where its length says",
		],
		[
			"an array over 64 MiB",
			"ay",
			"01000004",
			"too-large",
			0,
			"body[0]: an array may have 67108864 bytes at most, not 67108865",
		],
		[
			"a length that the input does not have",
			"ay",
			"04000000 616161",
			"truncated",
			7,
			"body[0]: the input ended 3 bytes into 4",
		],
		[
			"a string of 4 GiB",
			"s",
			"ffffffff 61",
			"truncated",
			5,
			"body[0]: the input ended 1 bytes into 4294967296",
		],
		[
			"bytes that are left over",
			"y",
			"01 00",
			"invalid-length",
			1,
			"body: 1 bytes are left over",
		],
		[
			"bytes where there is no type",
			"",
			"00",
			"invalid-length",
			0,
			"body: 1 bytes are left over",
		],
		[
			"no bytes where there is a type",
			"a{sv}",
			"",
			"truncated",
			0,
			"body[0]: the input ended 0 bytes into 4",
		],
		[
			"the value at a key",
			"a{sv}",
			"10000000 00000000 04000000 4e616d65 00 01 6200 03000000",
			"invalid-value",
			20,
			'body[0]["Name"].v: a boolean must be 0 or 1, not 3',
		],
	];
	for (const [what, signature, wire, code, offset, message] of refused)
		test(what, () => {
			const bytes = hex(wire);
			for (const position of [0, 8])
				expect(refusal(signature, bytes, position)).toMatchObject({
					code,
					offset: position + offset,
					message,
					part: message.slice(0, message.indexOf(": ")),
				});
		});
});

test("a key that is refused is counted, because it has no name", () => {
	const codec = marshal("a{oy}", { dict: "entries" });
	const bytes = codec.encode([
		["/a", 1],
		["/b", 2],
	]);
	bytes[bytes.lastIndexOf(0x62)] = 0x2d;
	expect(() => codec.decode(bytes)).toThrow("value.key[1]: bad object path");
});

test("a long key is cut in the path", () => {
	const codec = marshal("a{sb}");
	const bytes = codec.encode({ ["k".repeat(10_000)]: true });
	bytes[bytes.length - 4] = 2;
	expect(() => codec.decode(bytes)).toThrow(
		`value["${"k".repeat(64)}…"]: a boolean must be 0 or 1, not 2`,
	);
});

test("what is too large or truncated tells its figures", () => {
	expect(refusal("ay", hex("ffffffff"))).toMatchObject({
		code: "too-large",
		length: 0xffffffff,
		limit: 64 * 1024 * 1024,
	});
	expect(refusal("s", hex("05000000 6161"))).toMatchObject({
		code: "truncated",
		have: 2,
		need: 6,
	});
	expect(refusal("y", Uint8Array.of(1), 128 * 1024 * 1024)).toMatchObject({
		code: "too-large",
		offset: 128 * 1024 * 1024,
		length: 128 * 1024 * 1024 + 1,
		limit: 128 * 1024 * 1024,
	});
});

describe("object paths, as in the tables of libdbus", () => {
	const decode = (path: string): string => {
		const bytes = marshal("s").encode(path);
		return marshal("o").decode(bytes);
	};
	for (const path of [
		"/",
		"/foo",
		"/foo/bar",
		"/foo/bar/baz",
		"/_/A9z",
		`/${"a".repeat(1000)}`,
	])
		test(`${path.slice(0, 20)} is one`, () => {
			expect(decode(path)).toBe(path);
			expect(marshal("o").encode(path)).toEqual(marshal("s").encode(path));
		});
	for (const path of [
		"",
		"bar",
		"bar/baz",
		"/foo/bar/",
		"/foo/",
		"foo/",
		"//",
		"///",
		"/foo//bar",
		"boo//blah",
		"foo///blah/",
		"Hello World",
		"   ",
		"foo bar",
		"/a-b",
		"/a.b",
		"/é",
		"/a b",
	])
		test(`${JSON.stringify(path)} is none`, () => {
			expect(() => decode(path)).toThrow(
				expect.objectContaining({ code: "invalid-syntax" }),
			);
			expect(() => marshal("o").encode(path)).toThrow(RangeError);
		});
});

describe("depth", () => {
	const variants = (count: number): Uint8Array =>
		Uint8Array.from([
			...Array.from({ length: count - 1 }, () => [1, 0x76, 0]).flat(),
			...[1, 0x79, 0, 7],
		]);

	test("64 variants inside each other are decoded, 65 are refused", () => {
		let value: unknown = marshal("v").decode(variants(64));
		for (let i = 0; i < 64; i++) value = (value as Variant).value;
		expect(value).toBe(7);
		expect(refusal("v", variants(65))).toMatchObject({
			code: "too-deep",
			part: `body[0]${".v".repeat(65)}`,
		});
	});

	test("20,000 are refused as soon", () => {
		expect(refusal("v", variants(20_000))).toMatchObject({
			code: "too-deep",
			offset: 65 * 3,
		});
	});

	test("an array counts when it has elements that are looked at one by one, as in libdbus", () => {
		const deep = (signature: string, value: unknown): Uint8Array => {
			let inner = new Variant(signature, value);
			for (let i = 1; i < 64; i++) inner = new Variant("v", inner) as never;
			return marshal("v").encode(inner as Variant);
		};
		for (const [signature, value] of [
			["ai", [1]],
			["ay", Uint8Array.of(1)],
			["as", []],
			["a{sv}", []],
		] as const)
			expect(marshal("v").decode(deep(signature, value))).toBeInstanceOf(
				Variant,
			);
		expect(() => deep("as", ["a"])).toThrow(/more than 64 nested/);
		expect(() => deep("(i)", [1])).toThrow(/more than 64 nested/);
	});
});

describe("hostile messages end in an error at once", () => {
	test("an array of empty structs, whose elements would have no bytes", () => {
		const started = performance.now();
		for (let i = 0; i < 1000; i++)
			expect(refusal("v", hex("03 612829 00 0000 00 ffffff03")).code).toBe(
				"invalid-syntax",
			);
		expect(performance.now() - started).toBeLessThan(5000);
	});

	test("a length of 64 MiB in front of nothing makes no memory", () => {
		for (const signature of ["ay", "ai", "as", "a{sv}", "ad", "ab"])
			expect(refusal(signature, hex("00000004 00000000")).code).toBe(
				"truncated",
			);
	});

	test("ten thousand signatures that were never seen before", () => {
		const codec = marshal("av");
		const signatures = Array.from({ length: 10_000 }, (_, i) =>
			Array.from(i.toString(2), (bit) => (bit === "0" ? "y" : "b")).join(""),
		);
		const value = signatures.map((types) => new Variant(`a(${types})`, []));
		expect(codec.decode(codec.encode(value))).toEqual(value);
	});
});

describe("dicts", () => {
	const bytes = marshal("a{si}", { dict: "entries" }).encode([
		["__proto__", 1],
		["a", 2],
		["a", 3],
	]);

	test("are maps", () => {
		expect(marshal("a{si}").decode(bytes)).toEqual(
			new Map([
				["__proto__", 1],
				["a", 3],
			]),
		);
	});

	test("or objects without a prototype, in which __proto__ is a key", () => {
		const object = marshal("a{si}", { dict: "object" }).decode(bytes);
		expect(Object.getPrototypeOf(object)).toBeNull();
		expect(Object.entries(object)).toEqual([
			["__proto__", 1],
			["a", 3],
		]);
	});

	test("or entries, as they are on the wire, the same key twice", () => {
		const codec = marshal("a{si}", { dict: "entries" });
		expect(codec.decode(bytes)).toEqual([
			["__proto__", 1],
			["a", 2],
			["a", 3],
		]);
		expect(codec.encode(codec.decode(bytes))).toEqual(bytes);
	});

	test("inside variants have the same form", () => {
		const wire = marshal("v").encode(
			variant("a{sv}", { a: variant("a{yy}", { 1: 2 }) }),
		);
		const value = marshal("v", { dict: "entries" }).decode(wire);
		expect(value).toEqual(
			new Variant("a{sv}", [["a", new Variant("a{yy}", [[1, 2]])]]),
		);
	});
});

describe("bytes", () => {
	const wire = marshal("ay").encode(Uint8Array.of(1, 2, 3));

	test("have memory of their own", () => {
		for (const input of [wire.slice(), Buffer.from(wire)]) {
			const bytes = marshal("ay").decode(input);
			input.fill(0);
			expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
			expect(bytes.constructor).toBe(Uint8Array);
		}
	});

	test("or are a view of the input", () => {
		for (const input of [wire.slice(), Buffer.from(wire)]) {
			const bytes = marshal("ay", { bytes: "view" }).decode(input);
			expect(bytes.buffer).toBe(input.buffer);
			expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
			expect(bytes.constructor).toBe(Uint8Array);
		}
	});
});

describe("variants", () => {
	test("keep their signature, and tell the compiler what they hold", () => {
		const value = marshal("v").decode(
			marshal("v").encode(variant("as", ["a"])),
		);
		expect(value).toEqual(new Variant("as", ["a"]));
		expect(value.is("as") && value.value.map((one) => one.length)).toEqual([1]);
		expect(value.is("s")).toBe(false);
	});

	test("are unwrapped by plain, at every depth, in every form", () => {
		const bytes = Uint8Array.of(1);
		const inner = variant("(vav)", [variant("s", "x"), [variant("ay", bytes)]]);
		expect(plain(variant("v", inner))).toEqual(["x", [bytes]]);
		expect(plain(new Map([["a", inner]]))).toEqual(
			new Map([["a", ["x", [bytes]]]]),
		);
		const object = Object.assign(Object.create(null), { ["__proto__"]: 1 });
		const unwrapped = plain(variant("v", object));
		expect(Object.getPrototypeOf(unwrapped)).toBeNull();
		expect(Object.keys(unwrapped as object)).toEqual(["__proto__"]);
	});
});

test("a mark at the start of text is text", () => {
	const codec = marshal("s");
	for (const text of ["\ufeff", `\ufeff${"a".repeat(50)}`])
		expect(codec.decode(codec.encode(text))).toBe(text);
});
