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
		{
			delimiter: "either",
			maxLength: 20,
			oversize: "pieces",
			bom: "strip",
			copy: true,
		},
		line,
	],
	// A delimiter that overlaps itself.
	[
		{
			delimiter: Uint8Array.of(0x61, 0x61),
			keepDelimiter: true,
			maxLength: 8,
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

describe("newline({ unterminated: emit })", () => {
	const layer = newline({ unterminated: "emit" });
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
	[
		{
			delimiter: "either",
			keepDelimiter: true,
			maxLength: 20,
			oversize: "skip",
			bom: "strip",
		},
		text.map((s) => `${s}\r\n`),
	],
	[{ delimiter: Uint8Array.of(0xff), bom: "error" }, text],
];

for (const [options, item] of textLayers)
	describe(`lines(${shown(options)})`, () => {
		for (const law of codecLaws(lines(options), { item, numRuns }))
			test(law.name, () => law.check());
	});

const garbage = looksLikeJson("\n", "\x1e");
const grow = (n: number): JsonValue => "a".repeat(n);
const jsonLayers = {
	"jsonLines()": codecLaws(jsonLines(), { item: json, numRuns, garbage, grow }),
	"jsonTextSequence()": codecLaws(jsonTextSequence(), {
		item: json,
		numRuns,
		garbage,
		grow,
	}),
	// A limit that every value is near; so none grows.
	"jsonTextSequence({ maxLength: 8 })": codecLaws(
		jsonTextSequence({ maxLength: 8, bom: "strip" }),
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
