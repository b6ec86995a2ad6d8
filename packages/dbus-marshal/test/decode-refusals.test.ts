import { marshal } from "@framewright/dbus-marshal";
import { describe, expect, test } from "vitest";
import { hex, refusal } from "./refusal.ts";

/** What is wrong, the signature of the body, its bytes, and what becomes of them: code, offset, message. */
const refused = `
	padding that is not zero                | yu    | 01 000100 01000000                           | invalid-syntax | 2  | body[1]: padding must be zero, not 1
	padding before the first element        | ax    | 00000000 00000001                            | invalid-syntax | 7  | body[0]: padding must be zero, not 1
	padding before a struct                 | y(y)  | 01 00000000000009 01                         | invalid-syntax | 7  | body[1]: padding must be zero, not 9
	padding in a variant                    | v     | 01 7500 ff 01000000                          | invalid-syntax | 3  | body[0].v: padding must be zero, not 255
	a boolean of 2                          | b     | 02000000                                     | invalid-value  | 0  | body[0]: a boolean must be 0 or 1, not 2
	a boolean of 2 in an array              | ab    | 08000000 01000000 02000000                   | invalid-value  | 8  | body[0][1]: a boolean must be 0 or 1, not 2
	a NUL in a string                       | s     | 03000000 610062 00                           | invalid-value  | 5  | body[0]: a string cannot hold a NUL
	a NUL in a long string                  | s     | 28000000 61616161616161616161616161616161616161616161616161616161616161616161616161616100 00 | invalid-value  | 43 | body[0]: a string cannot hold a NUL
	a string without its NUL                | s     | 01000000 6161                                | invalid-syntax | 5  | body[0]: a NUL must follow, not 97
	an overlong slash                       | s     | 02000000 c0af 00                             | invalid-utf8   | 4  | body[0]: a string must be UTF-8
	half of a surrogate pair                | s     | 03000000 eda080 00                           | invalid-utf8   | 4  | body[0]: a string must be UTF-8
	a character above U+10FFFF              | s     | 04000000 f4908080 00                         | invalid-utf8   | 4  | body[0]: a string must be UTF-8
	a character that is cut off             | s     | 01000000 c3 00                               | invalid-utf8   | 4  | body[0]: a string must be UTF-8
	an empty path                           | o     | 00000000 00                                  | invalid-syntax | 4  | body[0]: bad object path
	a path without its NUL                  | o     | 01000000 2f 61                               | invalid-syntax | 5  | body[0]: a NUL must follow, not 97
	a signature without its NUL             | g     | 01 69 69                                     | invalid-syntax | 2  | body[0]: a NUL must follow, not 105
	a bad signature                         | yg    | 00 05 617b76737d 00                          | invalid-syntax | 4  | body[1]: the key of a dict must be basic
	a signature of 33 arrays                | g     | 22 61616161616161616161616161616161616161616161616161616161616161616169 00 | too-deep       | 33 | body[0]: more than 32 nested arrays
	a variant without a type                | v     | 00 00                                        | invalid-syntax | 1  | body[0]: a complete type is missing
	a variant of two types                  | v     | 02 6979 00 01000000 01                       | invalid-syntax | 1  | body[0]: there must be one complete type, not several
	a variant of an array of empty structs  | v     | 03 612829 00 00000000                        | invalid-syntax | 3  | body[0]: a complete type is missing before )
	a variant of a dict entry               | v     | 04 7b73737d 00                               | invalid-syntax | 1  | body[0]: a dict entry may only be the element of an array
	an array that ends inside an element    | ai    | 06000000 01000000 0200                       | invalid-length | 4  | body[0]: the length of this array must be a multiple of 4, not 6
	an array that ends inside a string      | as    | 06000000 02000000 6161 00                    | invalid-length | 10 | body[0]: the elements of an array must end where its length says
	a dict that ends inside an entry        | a{yy} | 01000000 00000000 0101                       | invalid-length | 9  | body[0]: the elements of an array must end where its length says
	an array inside an array that is longer | aai   | 04000000 04000000 01000000                   | invalid-length | 8  | body[0]: the elements of an array must end where its length says
	an array over 64 MiB                    | ay    | 01000004                                     | too-large      | 0  | body[0]: an array may have 67108864 bytes at most, not 67108865
	a length that the input does not have   | ay    | 04000000 616161                              | truncated      | 7  | body[0]: the input ended 3 bytes into 4
	a string of 4 GiB                       | s     | ffffffff 61                                  | truncated      | 5  | body[0]: the input ended 1 bytes into 4294967296
	bytes that are left over                | y     | 01 00                                        | invalid-length | 1  | body: 1 bytes are left over
	bytes where there is no type            |       | 00                                           | invalid-length | 0  | body: 1 bytes are left over
	no bytes where there is a type          | a{sv} |                                              | truncated      | 0  | body[0]: the input ended 0 bytes into 4
	the value at a key                      | a{sv} | 10000000 00000000 04000000 4e616d65 00 01 6200 03000000 | invalid-value  | 20 | body[0]["Name"].v: a boolean must be 0 or 1, not 3
`;

describe("what the specification forbids is refused, with the offset and the path", () => {
	for (const line of refused.trim().split("\n")) {
		const [what, signature, wire, code, offset, message] = line
			.split("|")
			.map((cell) => cell.trim()) as [
			string,
			string,
			string,
			string,
			string,
			string,
		];
		test(what, () => {
			for (const position of [0, 8])
				expect(refusal(signature, hex(wire), position)).toMatchObject({
					code,
					offset: position + Number(offset),
					message,
					part: message.slice(0, message.indexOf(": ")),
				});
		});
	}
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
