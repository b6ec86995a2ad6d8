import { variant } from "@framewright/dbus-marshal";
import { dbusMessage, type OutgoingMessage } from "@framewright/dbus-message";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { message } from "../../../packages/dbus-message/test/arbitrary-message.ts";
import { fromJson, toJson } from "../src/json-items.ts";

const codec = dbusMessage({ dict: "entries" });
const signal: OutgoingMessage = {
	type: "signal",
	serial: 1,
	path: "/",
	interface: "a.b",
	member: "C",
};

const jsonOf = (signature: string, value: unknown): unknown => {
	const bytes = codec.encode({ ...signal, signature, body: [value] });
	const line = toJson(codec.decode(bytes), "D-Bus messages", "auto", 0);
	return JSON.parse(line).body[0];
};
const bytesOf = (json: object): Uint8Array =>
	codec.encode(
		fromJson(JSON.stringify(json), "D-Bus messages") as OutgoingMessage,
	);

describe("a D-Bus message in JSON", () => {
	test("is the same message again, byte by byte", () => {
		fc.assert(
			fc.property(
				message,
				fc.constantFrom("auto" as const, "hex" as const, "base64" as const),
				(sent, notation) => {
					const bytes = codec.encode(sent).slice();
					const line = toJson(
						codec.decode(bytes),
						"D-Bus messages",
						notation,
						0,
					);
					expect(bytesOf(JSON.parse(line))).toEqual(bytes);
				},
			),
			{ numRuns: 300 },
		);
	});

	test.each<[string, unknown, unknown]>([
		["v", variant("as", ["x"]), { type: "as", data: ["x"] }],
		["a{sv}", { a: variant("u", 7) }, { a: { type: "u", data: 7 } }],
		["a{us}", new Map([[7, "x"]]), { 7: "x" }],
		[
			"a{us}",
			[
				[7, "x"],
				[7, "y"],
			],
			[
				[7, "x"],
				[7, "y"],
			],
		],
		["x", -9223372036854775808n, "-9223372036854775808"],
		["t", 1n, "1"],
		["d", Number.NaN, "NaN"],
		["d", -0, "-0"],
		["(bd)", [true, Number.POSITIVE_INFINITY], [true, "Infinity"]],
		["ay", Uint8Array.of(104, 105), "hi"],
		["ay", Uint8Array.of(255), { hex: "ff" }],
	])("of %s", (signature, value, json) => {
		expect(jsonOf(signature, value)).toEqual(json);
	});

	test.each<[string, unknown, unknown]>([
		["x", 5, "5"],
		["t", "5", "5"],
		["a{bs}", { true: "x" }, { true: "x" }],
		["a{ds}", { "0.5": "x" }, { "0.5": "x" }],
	])("may say %s as %j", (signature, json, again) => {
		const bytes = bytesOf({ ...signal, signature, body: [json] });
		const line = toJson(codec.decode(bytes), "D-Bus messages", "auto", 0);
		expect(JSON.parse(line).body[0]).toEqual(again);
	});

	test.each<[object, RegExp]>([
		[[], /must be a JSON object/],
		[{ ...signal, signature: "a" }, /Signature/],
		[{ ...signal, signature: "u" }, /1 values/],
		[{ ...signal, signature: "u", body: ["x"] }, /body\[0\]/],
		[{ ...signal, signature: "u", body: [""] }, /body\[0\]/],
		[{ ...signal, signature: "x", body: ["1.5"] }, /body\[0\]/],
		[{ ...signal, signature: "v", body: [7] }, /a variant must be/],
		[
			{ ...signal, signature: "v", body: [{ type: "uu", data: 7 }] },
			/one complete type/,
		],
		[{ ...signal, signature: "(uu)", body: [[1]] }, /array of 2 values/],
		[{ ...signal, signature: "as", body: ["x"] }, /an array must be/],
		[{ ...signal, signature: "a{ss}", body: [[1]] }, /a dict must be/],
		[
			{ ...signal, signature: "ay", body: [7] },
			/an item must be a JSON string/,
		],
		[{ ...signal, path: undefined }, /must have path/],
	])("cannot be %j", (json, message) => {
		expect(() => bytesOf(json)).toThrow(message);
	});
});
