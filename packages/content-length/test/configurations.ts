import {
	type CodecLaw,
	type CodecLawsOptions,
	codecLaws,
} from "@framewright/codec-laws";
import {
	type ContentLengthOptions,
	contentLength,
} from "@framewright/content-length";
import fc from "fast-check";
import { wire } from "./arbitraries.ts";

type Runs = Pick<CodecLawsOptions<unknown>, "numRuns" | "steps">;

const item = fc.oneof(
	fc.uint8Array({ maxLength: 150 }),
	fc.uint8Array({ maxLength: 150, size: "max" }),
);
const garbage = wire(120);

const layers: ContentLengthOptions[] = [
	{},
	{ maxLength: 100, maxHeaderLength: 60, copy: true },
	{ resync: true },
	{ resync: true, maxLength: 99, maxHeaderLength: 24 },
];

/** Makes the laws of all configurations, by name. */
export function configurations(runs: Runs): [name: string, laws: CodecLaw[]][] {
	return layers.map((options) => [
		`contentLength(${JSON.stringify(options)})`,
		codecLaws(contentLength(options), { item, garbage, ...runs }),
	]);
}
