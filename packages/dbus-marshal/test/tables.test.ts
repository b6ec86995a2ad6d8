// The tables of other projects: libdbus 1.14 (test/internals/dbus-marshal-validate-util.c, test/syntax.c), systemd
// (src/libsystemd/sd-bus/test-bus-signature.c), and zvariant (tests/recursion_limits.rs).

import {
	marshal,
	parseSignature,
	SignatureError,
	Variant,
} from "@framewright/dbus-marshal";
import { describe, expect, test } from "vitest";
import { refusal } from "./refusal.ts";

const isSignature = (text: string): boolean => {
	try {
		parseSignature(text);
		return true;
	} catch (error) {
		if (error instanceof SignatureError) return false;
		throw error;
	}
};

/** The bytes of a string or an object path, which may be anything. */
const wire = (text: Uint8Array): Uint8Array =>
	Uint8Array.from([text.length, 0, 0, 0, ...text, 0]);

const isValue = (signature: "s" | "o", text: Uint8Array): boolean => {
	try {
		marshal(signature).decode(wire(text));
		return true;
	} catch {
		expect(refusal(signature, wire(text)).code).not.toBe("truncated");
		return false;
	}
};

describe("signatures", () => {
	const valid = [
		...["", "sss", "i", "b", "ai", "(i)"],
		...["y", "u", "v", "as", "(ss)", "((((s))))", "a{ss}"],
		...["ssa{ss}sssub", "sssusa(uuubbba(uu)uuuu)a{u(uuuvas)}"],
		...["aas", "aaas", `${"a".repeat(31)}d`, `${"a".repeat(32)}s`],
		`${"(".repeat(32)}s${")".repeat(32)}`,
	];
	const invalid = [
		...["w", "a", "aaaaaa", "ii(ii)a", "ia", "a".repeat(78)],
		`${"(".repeat(70)}ii${")".repeat(70)}`,
		...[")", "i)", "a)", "(", "(i", "(iiiii", "(ai", "()", "(())", "a()"],
		...["i()", "()i", "(a)", "a{ia}", "a{}", "a{aii}", " ", "123", "."],
		...["not a valid signature", "a{(ii)i}", "a{i}", "{is}", "a{isi}"],
		...["(()()()()())", "(((())))", "())", "((())", "{)", "{ss}", "a}"],
		...[`${"a".repeat(33)}u`, `${"(".repeat(32)}()${")".repeat(32)}`],
	];
	test.each(valid)("%j is one", (text) => expect(isSignature(text)).toBe(true));
	test.each(invalid)("%j is none", (text) =>
		expect(isSignature(text)).toBe(false),
	);
});

describe("object paths", () => {
	const valid = [
		...["/", "/foo/bar", "/foo", "/foo/bar/baz", "/a", "/_", "/a/b/c"],
		...["/com/example/123", "/org/freedesktop/DBus", "/foo5", "/foo_5"],
		"/org/freedesktop/Telepathy/AccountManager",
	];
	const invalid = [
		...["bar", "bar/baz", "/foo/bar/", "/foo/", "foo/", "boo//blah", "//"],
		...["///", "foo///blah/", "Hello World", "", "   ", "foo bar", ".", "/a/"],
		...["/-", "/com//example/MyApp", "/$", "//foo", "/foo//bar", "/\u00a9"],
		"/foo/aaa\u00e4\u00f6\u00e4",
	];
	test.each(valid)("%j is one", (text) => {
		expect(isValue("o", Buffer.from(text))).toBe(true);
		expect(marshal("o").encode(text)).toEqual(wire(Buffer.from(text)));
	});
	test.each(invalid)("%j is none", (text) => {
		expect(isValue("o", Buffer.from(text))).toBe(false);
		expect(() => marshal("o").encode(text)).toThrow(RangeError);
	});
	test("one in Latin-1 is none", () => {
		expect(isValue("o", Buffer.from("/\u00a9", "latin1"))).toBe(false);
	});
});

test("text is UTF-8, with what Unicode reserves, without halves of pairs", () => {
	for (const text of ["", "\u00a9", "\ufffe"])
		expect(isValue("s", Buffer.from(text))).toBe(true);
	for (const bytes of [[0xa9], [0xed, 0xa0, 0x80]])
		expect(isValue("s", Uint8Array.from(bytes))).toBe(false);
});

describe("depth", () => {
	const nested = (count: number, inner: Variant): Variant =>
		count === 0 ? inner : nested(count - 1, new Variant<string>("v", inner));

	test("64 variants around a byte in a variant are too many", () => {
		const byte = new Variant<string>("y", 0);
		expect(() => marshal("v").encode(nested(63, byte))).not.toThrow();
		expect(() => marshal("v").encode(nested(64, byte))).toThrow(
			/more than 64 nested/,
		);
	});

	test("33 arrays, or 33 structs, are too many", () => {
		expect(isSignature(`${"a".repeat(33)}y`)).toBe(false);
		expect(isSignature(`${"(".repeat(33)}y${")".repeat(33)}`)).toBe(false);
	});

	test("17 structs, 15 arrays and 33 variants are too many", () => {
		const signature = `${"(".repeat(17)}${"a".repeat(15)}v${")".repeat(17)}`;
		const around = (variants: number): unknown => {
			let value: unknown = nested(variants - 1, new Variant<string>("y", 0));
			for (let i = 0; i < 32; i++) value = [value];
			return value;
		};
		const codec = marshal(signature);
		expect(() => codec.encode(around(32))).not.toThrow();
		expect(() => codec.encode(around(33))).toThrow(/more than 64 nested/);
	});
});
