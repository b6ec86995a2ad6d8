import { codecLaws } from "@framewright/codec-laws";
import {
	type LengthPrefixedOptions,
	lengthPrefixed,
} from "@framewright/length-prefixed";
import fc from "fast-check";
import { describe, test } from "vitest";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);
const body = fc.oneof(
	fc.uint8Array({ maxLength: 300 }),
	fc.uint8Array({ maxLength: 300, size: "max" }),
);

/** Whole frames, as a layer that keeps headers takes and gives them: the prefix is in place. */
const whole = (options: LengthPrefixedOptions): fc.Arbitrary<Uint8Array> => {
	const strip = lengthPrefixed({ ...options, header: "strip" }).encoder();
	return body.map((bytes) => strip.encode(bytes).slice());
};

const kept = { offset: 1, includesPrefix: true } as const;
const layers: [LengthPrefixedOptions, fc.Arbitrary<Uint8Array>][] = [
	[{}, body],
	[{ width: 1, maxLength: 200 }, fc.uint8Array({ maxLength: 200 })],
	[{ width: 2, endian: "le" }, body],
	[{ width: 3, offset: 2, adjustment: -3 }, body],
	[{ width: 8, endian: "le", includesPrefix: true }, body],
	[{ width: "varint" }, body],
	[
		{ width: "varint", offset: 1, adjustment: 2, copy: true },
		fc.uint8Array({ minLength: 2, maxLength: 300 }),
	],
	[{ ...kept, header: "keep" }, whole(kept)],
	[{ width: "varint", header: "keep" }, whole({ width: "varint" })],
];

for (const [options, item] of layers)
	describe(`lengthPrefixed(${JSON.stringify(options)})`, () => {
		for (const law of codecLaws(lengthPrefixed(options), { item, numRuns }))
			test(law.name, () => law.check());
	});
