import { codecLaws } from "@framewright/codec-laws";
import {
	type ContentLengthOptions,
	contentLength,
} from "@framewright/content-length";
import fc from "fast-check";
import { describe, test } from "vitest";
import { wire } from "./arbitraries.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);
const item = fc.oneof(
	fc.uint8Array({ maxLength: 150 }),
	fc.uint8Array({ maxLength: 150, size: "max" }),
);
const garbage = wire(120);

const configurations: ContentLengthOptions[] = [
	{},
	{ maxLength: 100, maxHeaderLength: 60, copy: true },
	{ resync: true },
	{ resync: true, maxLength: 99, maxHeaderLength: 24 },
];

for (const options of configurations)
	describe(`contentLength(${JSON.stringify(options)})`, () => {
		const layer = contentLength(options);
		for (const law of codecLaws(layer, { item, garbage, numRuns }))
			test(law.name, () => law.check());
	});
