import { codecLaws } from "@framewright/codec-laws";
import {
	type JsonValue,
	jsonLines,
	jsonTextSequence,
	type LinesOptions,
	lines,
	type NewlineOptions,
	newline,
} from "@framewright/newline";
import fc from "fast-check";
import { describe, test } from "vitest";
import { json, looksLikeJson } from "./arbitraries.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);

/** Bytes in which delimiters, byte order marks, and pieces of them are frequent. */
const busy = fc
	.array(
		fc.constantFrom(0x0a, 0x0d, 0x61, 0x62, 0xc3, 0xa9, 0xef, 0xbb, 0xbf),
		{ maxLength: 40 },
	)
	.map((bytes) => Uint8Array.from(bytes));
const line = fc.oneof(fc.uint8Array({ maxLength: 60 }), busy);
const ended = (end: readonly number[]): fc.Arbitrary<Uint8Array> =>
	line.map((bytes) => Uint8Array.from([...bytes, ...end]));

const layers: [NewlineOptions, fc.Arbitrary<Uint8Array>][] = [
	[{}, line],
	[{ delimiter: "crlf", maxLength: 20, oversize: "skip" }, line],
	[
		{ delimiter: "either", maxLength: 20, oversize: "pieces", copy: true },
		line,
	],
	[
		{ delimiter: "either", keepDelimiter: true, bom: "strip" },
		fc.oneof(ended([10]), ended([13, 10])),
	],
	// Delimiters that overlap themselves.
	[
		{
			delimiter: Uint8Array.of(0x61, 0x61, 0x62),
			maxLength: 8,
			oversize: "skip",
			bom: "error",
		},
		line,
	],
	[
		{
			delimiter: Uint8Array.of(0x61, 0x61),
			keepDelimiter: true,
			maxLength: 3,
			oversize: "pieces",
		},
		ended([0x61, 0x61]),
	],
];

for (const [options, item] of layers)
	describe(`newline(${shown(options)})`, () => {
		for (const law of codecLaws(newline(options), { item, numRuns }))
			test(law.name, () => law.check());
	});

describe("newline({ unterminated: emit, oversize: pieces })", () => {
	const layer = newline({
		delimiter: "crlf",
		unterminated: "emit",
		oversize: "pieces",
		maxLength: 20,
	});
	const laws = codecLaws(layer, { item: line, numRuns, truncation: "item" });
	for (const law of laws) test(law.name, () => law.check());
});

const text = fc.oneof(
	fc.string({ unit: "binary", maxLength: 40 }),
	fc.string({
		unit: fc.constantFrom("\r", "\n", "a", "é", "\ufeff", "🎵"),
		maxLength: 30,
	}),
);
const textLayers: [LinesOptions, fc.Arbitrary<string>][] = [
	[{}, text],
	[{ delimiter: "crlf", maxLength: 20, oversize: "skip" }, text],
	[
		{ delimiter: "either", keepDelimiter: true, bom: "strip" },
		text.map((s) => `${s}\r\n`),
	],
	[{ delimiter: Uint8Array.of(0x61, 0x61), bom: "error" }, text],
	[{ delimiter: Uint8Array.of(0xff) }, text],
];

for (const [options, item] of textLayers)
	describe(`lines(${shown(options)})`, () => {
		for (const law of codecLaws(lines(options), { item, numRuns }))
			test(law.name, () => law.check());
	});

// One that lets values grow, for the law of linear work; and one with a limit that every value is near.
const grow = (n: number): JsonValue => "a".repeat(n);
const garbage = looksLikeJson("\n", "\x1e");
const jsonLayers = {
	"jsonLines()": codecLaws(jsonLines(), { item: json, numRuns, grow }),
	"jsonLines({ maxLength: 12 })": codecLaws(
		jsonLines({ maxLength: 12, bom: "strip", blankLines: "skip" }),
		{ item: json, numRuns, garbage },
	),
	"jsonTextSequence()": codecLaws(jsonTextSequence(), {
		item: json,
		numRuns,
		grow,
	}),
	"jsonTextSequence({ maxLength: 12 })": codecLaws(
		jsonTextSequence({ maxLength: 12, bom: "strip" }),
		{ item: json, numRuns, garbage },
	),
};

for (const [name, laws] of Object.entries(jsonLayers))
	describe(name, () => {
		for (const law of laws) test(law.name, () => law.check());
	});

function shown(options: NewlineOptions): string {
	return JSON.stringify(options, (_, value) =>
		value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
	);
}
