import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { campaign } from "../src/engine/campaign.ts";
import { fuzzValues, valueFrom } from "../src/index.ts";
import { checksummed, entry } from "./fixtures/checksummed.ts";

const bytes = fc.uint8Array({ maxLength: 200, size: "max" });

// Of all that arbitraries do with chance: choose, repeat, nest, refuse, compose texts and wide numbers.
const anything: fc.Arbitrary<unknown> = fc.oneof(
	fc.anything({ withBigInt: true, withMap: true }),
	fc.string({ unit: "grapheme" }),
	fc.bigInt(),
	fc.double(),
	fc.uniqueArray(fc.nat(9)),
	fc.nat().filter((number) => number % 7 === 3),
	fc.dictionary(fc.string(), fc.integer()),
	fc.letrec((tie) => ({
		node: fc.oneof(fc.constant("leaf"), fc.tuple(tie("node"), tie("node"))),
	})).node,
);

describe("a value", () => {
	test("is the same for the same bytes, whatever they are", () => {
		fc.assert(
			fc.property(bytes, (data) => {
				expect(valueFrom(anything, data)).toEqual(valueFrom(anything, data));
			}),
		);
	});

	test("changes in one choice when one byte does", () => {
		const letter = fc.constantFrom(..."abcdefghijklm");
		const eight = fc.tuple(...Array.from({ length: 8 }, () => letter));
		fc.assert(
			fc.property(
				fc.uint8Array({ minLength: 8, maxLength: 8, max: 253 }),
				fc.nat(7),
				(data, at) => {
					const before = valueFrom(eight, data);
					data[at] = (data[at] as number) + 1;
					const after = valueFrom(eight, data);
					expect(after[at]).not.toBe(before[at]);
					expect(after.with(at, "")).toEqual(before.with(at, ""));
				},
			),
		);
	});

	test("is the simplest one where there are no bytes, or zeros", () => {
		for (const data of [new Uint8Array(), new Uint8Array(50)]) {
			expect(valueFrom(entry, data)).toEqual({ urgent: false, tags: [] });
			expect(valueFrom(fc.array(fc.nat()), data)).toEqual([]);
		}
	});

	test("is made, too, where zeros alone would be refused for ever", () => {
		const refusing = fc.nat().filter((number) => number > 0);
		expect(valueFrom(refusing, new Uint8Array())).toBeGreaterThan(0);
	});

	test("can be any number, exactly", () => {
		fc.assert(
			fc.property(fc.integer(), (number) => {
				const data = new DataView(new ArrayBuffer(6));
				// Not one of those at the ends of the range; and of those that are left, this one.
				data.setUint8(0, 1);
				data.setUint8(1, 0xff);
				data.setUint32(2, number + 2 ** 31, true);
				const all = new Uint8Array(data.buffer);
				expect(valueFrom(fc.integer(), all)).toBe(number);
			}),
		);
	});
});

describe("a target of values", () => {
	const run = (name: string, runs: number) =>
		campaign({
			target: join(import.meta.dirname, `fixtures/${name}.ts`),
			runs,
			seed: 1,
		});

	test("finds what is behind a checksum, where one of bytes does not; and makes the value small", async () => {
		const [values, ofBytes] = await Promise.all([
			run("checksummed-values", 60_000),
			run("checksummed-bytes", 60_000),
		]);
		expect(ofBytes.faults).toEqual([]);
		expect(values.faults).toMatchObject([
			{ oracle: "round-trip", code: "value" },
		]);
		const { input } = values.faults[0] as (typeof values.faults)[number];
		// Two empty tags, and one that is no more than an x.
		expect(valueFrom(fc.tuple(entry), input)).toEqual([
			{ urgent: true, tags: ["", "", "x"] },
		]);
	}, 60_000);

	test("prints values, and what they are encoded to", () => {
		const { format } = fuzzValues(checksummed, entry);
		expect(format?.(new Uint8Array())).toBe(
			'value 0  { "urgent": false, "tags": [] }\nencoded  <05 0c 5d 1f 00>',
		);
	});

	test("needs what encodes", () => {
		expect(() =>
			fuzzValues({ decode: () => ({ urgent: true, tags: [] }) }, entry),
		).toThrow(TypeError);
	});
});
