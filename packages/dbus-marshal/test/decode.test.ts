import { marshal, plain, Variant, variant } from "@framewright/dbus-marshal";
import { describe, expect, test } from "vitest";

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
