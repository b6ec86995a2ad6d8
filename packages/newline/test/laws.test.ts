import { codecLaws } from "@framewright/codec-laws";
import { lines, type NewlineOptions, newline } from "@framewright/newline";
import fc from "fast-check";
import { describe, test } from "vitest";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);

/** Bytes in which delimiters, and pieces of them, are frequent. */
const busy = fc
	.array(fc.constantFrom(0x0a, 0x0d, 0x61, 0x62, 0xc3, 0xa9), { maxLength: 40 })
	.map((bytes) => Uint8Array.from(bytes));
const line = fc.oneof(
	fc.uint8Array({ maxLength: 100 }),
	fc.uint8Array({ maxLength: 100, size: "max" }),
	busy,
);
const ended = (end: readonly number[]): fc.Arbitrary<Uint8Array> =>
	line.map((bytes) => Uint8Array.from([...bytes, ...end]));

const layers: [NewlineOptions, fc.Arbitrary<Uint8Array>][] = [
	[{}, line],
	[{ delimiter: "crlf", maxLength: 60 }, line],
	[{ delimiter: "either", maxLength: 60, copy: true }, line],
	[
		{ delimiter: "either", keepDelimiter: true },
		fc.oneof(ended([10]), ended([13, 10])),
	],
	[{ delimiter: Uint8Array.of(0) }, line],
	// Delimiters that overlap themselves.
	[{ delimiter: Uint8Array.of(0x61, 0x61, 0x62) }, line],
	[
		{ delimiter: Uint8Array.of(0x61, 0x61), keepDelimiter: true },
		ended([0x61, 0x61]),
	],
];

for (const [options, item] of layers)
	describe(`newline(${shown(options)})`, () => {
		for (const law of codecLaws(newline(options), { item, numRuns }))
			test(law.name, () => law.check());
	});

describe("newline({ unterminated: emit })", () => {
	const laws = codecLaws(newline({ unterminated: "emit" }), {
		item: line,
		numRuns,
		truncation: "item",
	});
	for (const law of laws) test(law.name, () => law.check());
});

const text = fc.oneof(
	fc.string({ maxLength: 60 }),
	fc.string({ unit: "binary", maxLength: 60 }),
	fc.string({
		unit: fc.constantFrom("\r", "\n", "a", "é", "\ufeff", "🎵"),
		maxLength: 30,
	}),
);
const textLayers: [Omit<NewlineOptions, "copy">, fc.Arbitrary<string>][] = [
	[{}, text],
	[{ delimiter: "crlf", maxLength: 60 }, text],
	[{ delimiter: "either" }, text],
	[{ delimiter: "either", keepDelimiter: true }, text.map((s) => `${s}\r\n`)],
	[{ delimiter: Uint8Array.of(0x61, 0x61) }, text],
	[{ delimiter: Uint8Array.of(0xff) }, text],
];

for (const [options, item] of textLayers)
	describe(`lines(${shown(options)})`, () => {
		for (const law of codecLaws(lines(options), { item, numRuns }))
			test(law.name, () => law.check());
	});

function shown(options: NewlineOptions): string {
	return JSON.stringify(options, (_, value) =>
		value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
	);
}
