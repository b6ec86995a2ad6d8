import { marshal, Variant } from "@framewright/dbus-marshal";
import { describe, expect, test } from "vitest";

describe("a value that does not fit is refused, with its path", () => {
	const refused: [string, unknown, string][] = [
		["y", 256, "value: expected an integer from 0 to 255, not 256"],
		["y", -1, "value: expected an integer from 0 to 255, not -1"],
		["n", 32768, "value: expected an integer from -32768 to 32767, not 32768"],
		["q", 65536, "value: expected an integer from 0 to 65535, not 65536"],
		[
			"i",
			2 ** 31,
			"value: expected an integer from -2147483648 to 2147483647, not 2147483648",
		],
		[
			"i",
			1.5,
			"value: expected an integer from -2147483648 to 2147483647, not 1.5",
		],
		[
			"u",
			Number.NaN,
			"value: expected an integer from 0 to 4294967295, not NaN",
		],
		["h", -1, "value: expected an index from 0 to 4294967295, not -1"],
		[
			"x",
			2n ** 63n,
			"value: expected a bigint from -2n ** 63n to 2n ** 63n - 1n, not 9223372036854775808",
		],
		["t", -1n, "value: expected a bigint from 0n to 2n ** 64n - 1n, not -1"],
		["s", "a\0b", "value: a string cannot hold a NUL"],
		["s", `${"a".repeat(50)}\0`, "value: a string cannot hold a NUL"],
		["s", "\ud800", "value: a string cannot hold half of a surrogate pair"],
		["o", "/a/", "value: bad object path at 2"],
		[
			"g",
			"a{vs}",
			'value: Signature "a{vs}" at 2: the key of a dict must be basic',
		],
		["(si)", ["a"], "value: expected 2 values, not 1"],
		["(si)", ["a", 1, 2], "value: expected 2 values, not 3"],
		[
			"v",
			new Variant("ss", ["a", "b"]),
			'value: Signature "ss" at 0: there must be one complete type, not several',
		],
		[
			"v",
			new Variant("", []),
			'value: Signature "" at 0: a complete type is missing',
		],
		[
			"a{sv}",
			{
				Metadata: new Variant("ay", new Uint8Array(1)),
				b: new Variant("ai", [1, 2, 0.5]),
			},
			'value["b"].v[2]: expected an integer from -2147483648 to 2147483647, not 0.5',
		],
		[
			"a{ys}",
			new Map([
				[1, "a"],
				[256, "b"],
			]),
			"value.key[1]: expected an integer from 0 to 255, not 256",
		],
		["a{t(s)}", [[7n, ["\0"]]], "value[7][0]: a string cannot hold a NUL"],
	];
	for (const [signature, value, message] of refused)
		test(`${signature}: ${message}`, () => {
			const encode = () => marshal(signature).encode(value);
			expect(encode).toThrow(RangeError);
			expect(encode).toThrow(expect.objectContaining({ message }));
		});

	const wrong: [string, unknown, string][] = [
		["y", "1", "value: expected an integer from 0 to 255, not string"],
		[
			"i",
			1n,
			"value: expected an integer from -2147483648 to 2147483647, not bigint",
		],
		[
			"x",
			1,
			"value: expected a bigint from -2n ** 63n to 2n ** 63n - 1n, not number",
		],
		["b", 1, "value: expected a boolean, not number"],
		["d", 1n, "value: expected a number, not bigint"],
		["s", null, "value: expected a string, not null"],
		["o", undefined, "value: expected an object path, not undefined"],
		["g", [], "value: expected a signature, not an object"],
		["ay", [1], "value: expected a Uint8Array, not an object"],
		["as", "abc", "value: expected an array, not string"],
		[
			"ai",
			[1, undefined, 3],
			"value[1]: expected an integer from -2147483648 to 2147483647, not undefined",
		],
		["(s)", { 0: "a" }, "value: expected an array, not an object"],
		["v", "a", "value: expected a Variant, not string"],
		[
			"v",
			new Variant(1 as never, 1 as never),
			"value: expected a Variant with a signature, not number",
		],
		[
			"a{sv}",
			"abc",
			"value: expected a Map, an object, or an iterable of pairs, not string",
		],
		["a{sv}", [1], "value.entry[0]: expected a pair, not number"],
		["a{bs}", { yes: "a" }, "value.key[0]: expected a boolean, not string"],
		[
			"a{xs}",
			{ "0x1": "a" },
			"value.key[0]: expected a bigint from -2n ** 63n to 2n ** 63n - 1n, not string",
		],
		[
			"a{is}",
			{ " 1": "a" },
			"value.key[0]: expected an integer from -2147483648 to 2147483647, not string",
		],
	];
	for (const [signature, value, message] of wrong)
		test(`${signature}: ${message}`, () => {
			const encode = () => marshal(signature).encode(value);
			expect(encode).toThrow(TypeError);
			expect(encode).toThrow(expect.objectContaining({ message }));
		});
});
