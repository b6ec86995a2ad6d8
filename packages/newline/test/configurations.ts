import {
	type CodecLaw,
	type CodecLawsOptions,
	codecLaws,
} from "@framewright/codec-laws";
import { anyText, equalItems } from "@framewright/codec-laws/parts";
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
import { json, looksLikeJson } from "./arbitraries.ts";

type Runs = Pick<CodecLawsOptions<unknown>, "numRuns" | "steps">;

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

const text = fc.oneof(
	anyText({ maxLength: 40 }),
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

const garbage = looksLikeJson("\n", "\x1e");
const grow = (n: number): JsonValue => "a".repeat(n);
/** Makes the laws of all configurations, by name. */
export function configurations(runs: Runs): [name: string, laws: CodecLaw[]][] {
	// Bytes that were damaged may bring about V8's fault, of which arbitraries.ts tells: its own JSON.parse has it then, too.
	const equals = (sent: unknown, received: unknown): boolean =>
		equalItems(sent, received) ||
		equalItems(JSON.parse(JSON.stringify(sent)), received);
	const ofJson = { item: json, garbage, equals, ...runs };
	return [
		...layers.map(([options, item]): [string, CodecLaw[]] => [
			`newline(${shown(options)})`,
			codecLaws(newline(options), { item, ...runs }),
		]),
		[
			"newline({ unterminated: emit })",
			codecLaws(newline({ unterminated: "emit" }), {
				item: line,
				truncation: "item",
				...runs,
			}),
		],
		...textLayers.map(([options, item]): [string, CodecLaw[]] => [
			`lines(${shown(options)})`,
			codecLaws(lines(options), { item, ...runs }),
		]),
		["jsonLines()", codecLaws(jsonLines(), { ...ofJson, grow })],
		["jsonTextSequence()", codecLaws(jsonTextSequence(), { ...ofJson, grow })],
		[
			// A limit that every value is near; so none grows.
			"jsonTextSequence({ maxLength: 8 })",
			codecLaws(jsonTextSequence({ maxLength: 8, bom: "strip" }), ofJson),
		],
	];
}

function shown(options: NewlineOptions): string {
	return JSON.stringify(options, (_, value) =>
		value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
	);
}
