import {
	type CodecLaw,
	type CodecLawsOptions,
	codecLaws,
} from "@framewright/codec-laws";
import { type SlipOptions, slip } from "@framewright/slip";
import fc from "fast-check";

type Runs = Pick<CodecLawsOptions<unknown>, "numRuns" | "steps">;

/** Bytes in which END, ESC and what stands for them are frequent. */
const busy = fc
	.array(fc.constantFrom(0xc0, 0xdb, 0xdc, 0xdd, 0x61), { maxLength: 40 })
	.map((bytes) => Uint8Array.from(bytes));
/** Long runs without any of them, which are not taken byte by byte. */
const sparse = fc
	.array(
		fc.tuple(
			fc.constantFrom(1, 63, 64, 65, 130, 200),
			fc.constantFrom([], [0xc0], [0xdb], [0xdb, 0xc0], [0xdc]),
		),
		{ minLength: 1, maxLength: 3 },
	)
	.map((parts) =>
		Uint8Array.from(
			parts.flatMap(([run, special]) => [
				...Array.from({ length: run }, (_, i) => i % 100),
				...special,
			]),
		),
	);
const packet = fc.oneof(
	fc.uint8Array({ minLength: 1, maxLength: 60 }),
	fc.uint8Array({ minLength: 1, maxLength: 60, size: "max" }),
	busy,
	sparse,
);

const layers: SlipOptions[] = [
	{},
	{ leadingEnd: false, maxLength: 150, copy: true },
	{ leadingEnd: false, maxLength: 60, resync: true },
];

/** Makes the laws of all configurations, by name. */
export function configurations({
	numRuns = 1,
	steps = true,
}: Runs): [name: string, laws: CodecLaw[]][] {
	return [
		...layers.map((options): [string, CodecLaw[]] => [
			`slip(${JSON.stringify(options)})`,
			codecLaws(slip(options), {
				item: packet,
				garbage: busy,
				numRuns,
				steps,
				// Where all that has come of a packet is the END before it, it may as well be the end of an empty one.
				truncation: options.leadingEnd === false ? "reported" : "item",
			}),
		]),
		[
			"slip(), packets of nothing but END and ESC",
			codecLaws(slip({ leadingEnd: false }), {
				item: busy,
				grow: (n) => new Uint8Array(n / 2).fill(0xc0).fill(0xdb, n / 4),
				numRuns: Math.ceil(numRuns / 10),
				steps,
			}),
		],
	];
}
