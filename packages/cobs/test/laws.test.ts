import { type CobsOptions, cobs, cobsCodec } from "@framewright/cobs";
import { codecLayer, stack } from "@framewright/codec";
import { codecLaws } from "@framewright/codec-laws";
import fc from "fast-check";
import { describe, test } from "vitest";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);

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

for (const [options, item] of layers)
	describe(`cobs(${JSON.stringify(options)})`, () => {
		for (const law of codecLaws(cobs(options), {
			item,
			garbage: busy,
			numRuns,
		}))
			test(law.name, () => law.check());
	});

describe("cobs(), frames without a zero", () => {
	const laws = codecLaws(cobs(), {
		item: runs,
		grow: (n) => new Uint8Array(n).fill(1),
		numRuns: numRuns / 10,
	});
	for (const law of laws) test(law.name, () => law.check());
});

describe("cobsCodec inside cobs()", () => {
	const laws = codecLaws(stack(cobs(), codecLayer(cobsCodec)), {
		item: long,
		numRuns: numRuns / 10,
	});
	for (const law of laws) test(law.name, () => law.check());
});
