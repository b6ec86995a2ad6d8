import { type CobsOptions, cobs, cobsCodec } from "@framewright/cobs";
import { codecLayer, stack } from "@framewright/codec";
import {
	type CodecLaw,
	type CodecLawsOptions,
	codecLaws,
} from "@framewright/codec-laws";
import fc from "fast-check";

type Runs = Pick<CodecLawsOptions<unknown>, "numRuns" | "steps">;

/** Small numbers, which are codes as well as data. */
const busy = fc
	.array(fc.constantFrom(0, 0, 1, 2, 3, 5, 255), { maxLength: 40 })
	.map((bytes) => Uint8Array.from(bytes));
/** Runs without a zero, about as long as a full block or two, and zeros between them. */
const runs = fc
	.array(
		fc.tuple(
			fc.constantFrom(0, 1, 253, 254, 255, 508),
			fc.constantFrom(0, 1, 2),
		),
		{ maxLength: 2 },
	)
	.map((parts) =>
		Uint8Array.from(
			parts.flatMap(([bytes, zeros]) => [
				...Array.from({ length: bytes }, (_, i) => (i % 255) + 1),
				...Array.from({ length: zeros }, () => 0),
			]),
		),
	);
const frame = fc.oneof(
	fc.uint8Array({ maxLength: 60 }),
	fc.uint8Array({ maxLength: 60, size: "max" }),
	busy,
);
const long = fc.oneof(
	{ weight: 9, arbitrary: frame },
	{ weight: 1, arbitrary: runs },
);

const layers: [CobsOptions, fc.Arbitrary<Uint8Array>][] = [
	[{}, long],
	[{ maxLength: 60, copy: true }, frame],
	[{ maxLength: 300, resync: true }, long],
];

/** Makes the laws of all configurations, by name. */
export function configurations({
	numRuns = 1,
	steps = true,
}: Runs): [name: string, laws: CodecLaw[]][] {
	const few = { numRuns: Math.ceil(numRuns / 10), steps };
	return [
		...layers.map(([options, item]): [string, CodecLaw[]] => [
			`cobs(${JSON.stringify(options)})`,
			codecLaws(cobs(options), { item, garbage: busy, numRuns, steps }),
		]),
		[
			"cobs(), frames without a zero",
			codecLaws(cobs(), {
				item: runs,
				grow: (n) => new Uint8Array(n).fill(1),
				...few,
			}),
		],
		[
			"cobsCodec inside cobs()",
			codecLaws(stack(cobs(), codecLayer(cobsCodec)), { item: long, ...few }),
		],
	];
}
