import { ByteWriter, codecLayer } from "@framewright/codec";
import {
	marshal,
	marshalBody,
	SignatureError,
	Variant,
	variant,
} from "@framewright/dbus-marshal";
import { describe, expect, test } from "vitest";

test("a body has the path `body`, or the name that it was given", () => {
	expect(() => marshalBody("si").encode(["a", 0.5])).toThrow(/^body\[1\]: /);
	const header = marshalBody("s", { name: "header" });
	expect(() => header.encode(["\0"])).toThrow(/^header\[0\]: /);
});

describe("dicts", () => {
	test("are maps, objects, or any iterable of pairs", () => {
		const codec = marshal("a{si}");
		const expected = codec.encode(
			new Map([
				["a", 1],
				["b", 2],
			]),
		);
		expect(codec.encode({ a: 1, b: 2 })).toEqual(expected);
		expect(
			codec.encode([
				["a", 1],
				["b", 2],
			]),
		).toEqual(expected);
		expect(codec.encode(Object.entries({ a: 1, b: 2 }).values())).toEqual(
			expected,
		);
	});

	test("come back from objects with keys of every type", () => {
		const keys: [string, unknown[]][] = [
			["y", [0, 255]],
			["b", [true, false]],
			["i", [-2147483648, 5]],
			["x", [-(2n ** 63n), 5n]],
			["t", [2n ** 64n - 1n]],
			["d", [0.1, -1e300, Number.POSITIVE_INFINITY]],
			["s", ["__proto__", "constructor", ""]],
			["o", ["/", "/a"]],
			["g", ["", "a{sv}"]],
		];
		for (const [code, values] of keys) {
			const pairs = values.map((key) => [key, 1]);
			const entries = marshal(`a{${code}i}`, { dict: "entries" });
			const objects = marshal(`a{${code}i}`, { dict: "object" });
			const bytes = entries.encode(pairs);
			const again = objects.encode(objects.decode(bytes));
			expect(new Set(entries.decode(again) as unknown[])).toEqual(
				new Set(pairs),
			);
		}
	});
});

describe("depth", () => {
	const nested = (count: number): unknown => {
		let value: unknown = new Variant("s", "");
		for (let i = 1; i < count; i++) value = new Variant("v", value as Variant);
		return value;
	};

	test("64 variants inside each other are encoded, 65 are refused", () => {
		expect(marshal("v").encode(nested(64) as Variant)).toHaveLength(63 * 3 + 8);
		expect(() => marshal("v").encode(nested(65) as Variant)).toThrow(
			`value${".v".repeat(65)}: more than 64 nested containers`,
		);
	});

	test("a value that holds itself is refused", () => {
		const loop = { signature: "v", value: undefined as unknown };
		const value = Object.setPrototypeOf(loop, Variant.prototype) as Variant;
		loop.value = value;
		expect(() => marshal("v").encode(value)).toThrow(RangeError);
	});
});

describe("the limits of length", () => {
	const MiB = 1024 * 1024;

	test("an array has 64 MiB at most", () => {
		expect(marshal("ay").encode(new Uint8Array(64 * MiB))).toHaveLength(
			64 * MiB + 4,
		);
		expect(() => marshal("ay").encode(new Uint8Array(64 * MiB + 1))).toThrow(
			"value: an array may have 67108864 bytes at most, not 67108865",
		);
		const half = "a".repeat(32 * MiB);
		expect(() => marshal("as").encode([half, half])).toThrow(
			"value: an array may have 67108864 bytes at most, not 67108877",
		);
	});

	test("a message has 128 MiB at most, what is before the value included", () => {
		const codec = marshal("s");
		const position = 128 * MiB - 8;
		expect(codec.encode("abc", { position })).toHaveLength(8);
		expect(() => codec.encode("abcd", { position })).toThrow(
			"value: a message may have 134217728 bytes at most, not 134217729",
		);
	});
});

describe("encodeInto", () => {
	test("leaves nothing of a value that is refused", () => {
		const writer = new ByteWriter();
		writer.write(Uint8Array.of(1));
		expect(() =>
			marshalBody("ss").encodeInto(["a".repeat(20_000), "\0"], writer),
		).toThrow(RangeError);
		expect(writer.take()).toEqual(Uint8Array.of(1));
		marshalBody("yu").encodeInto([2, 3], writer);
		// The padding is zero, whatever the refused value left there.
		expect(writer.take()).toEqual(Uint8Array.of(2, 0, 0, 0, 3, 0, 0, 0));
	});

	test("puts a body behind a header at its place in the message", () => {
		const writer = new ByteWriter();
		marshal("y").encodeInto(1, writer);
		marshal("t").encodeInto(2n, writer, { position: 1, endianness: "big" });
		expect([...writer.take()]).toEqual([
			1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
		]);
	});
});

test("a getter may use the codec that is reading it", () => {
	const codec = marshal("a{ss}");
	const inner = { a: "b" };
	const outer = {
		get a(): string {
			expect(codec.decode(codec.encode(inner))).toEqual(new Map([["a", "b"]]));
			return "b";
		},
	};
	expect(codec.encode(outer)).toEqual(codec.encode(inner));
});

test("what the caller's own code throws comes out as it is", () => {
	const error = new Error("mine");
	const value = {
		get a(): string {
			throw error;
		},
	};
	expect(() => marshal("a{ss}").encode(value)).toThrow(error);
});

test("bytes that were handed over are not written again", () => {
	const codec = marshal("s");
	const first = codec.encode("first");
	codec.encode("second");
	expect(codec.decode(first)).toBe("first");
});

test("bad signatures and options throw when the codec is made", () => {
	expect(() => marshal("a" as string)).toThrow(SignatureError);
	expect(() => marshal("ii" as string)).toThrow(
		"one complete type, not several",
	);
	expect(() => marshalBody("m" as string)).toThrow(SignatureError);
	expect(() => variant("" as string, 1)).toThrow("a complete type is missing");
	expect(() => marshal("i", { dict: "list" as never })).toThrow(
		/^dict must be/,
	);
	expect(() => marshal("i", { bytes: "none" as never })).toThrow(
		/^bytes must be/,
	);
	for (const position of [-1, 0.5, 2 ** 27 + 1])
		expect(() => marshal("i").encode(1, { position })).toThrow(
			/^position must be/,
		);
	expect(() =>
		marshal("i").decode(new Uint8Array(4), { endianness: "middle" as never }),
	).toThrow(/^endianness must be/);
});

test("is a codec of @framewright/codec", () => {
	const layer = codecLayer(marshal("as"));
	const decoder = layer.decoder();
	decoder.push(layer.encoder().encode(["a", "b"]));
	expect(decoder.pull()).toEqual(["a", "b"]);
});
