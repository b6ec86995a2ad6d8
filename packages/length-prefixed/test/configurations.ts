import type { ByteLayer, Skipped } from "@framewright/codec";
import {
	type CodecLaw,
	type CodecLawsOptions,
	codecLaws,
} from "@framewright/codec-laws";
import {
	type LengthPrefixedOptions,
	lengthPrefixed,
	netstrings,
	octetCounting,
	oncRpcRecords,
	postgresMessages,
	thriftFramed,
	varintDelimited,
} from "@framewright/length-prefixed";
import fc from "fast-check";
import { joined } from "./joined.ts";

type Runs = Pick<CodecLawsOptions<unknown>, "numRuns" | "steps">;

// Long enough for a varint, and a decimal, of several digits.
const long = fc.oneof(
	fc.uint8Array({ maxLength: 200 }),
	fc.uint8Array({ maxLength: 200, size: "max" }),
);
const short = fc.uint8Array({ maxLength: 20, size: "max" });

/** Whole frames, as a layer that keeps headers takes and gives them: the prefix is in place. */
const whole = (options: LengthPrefixedOptions): fc.Arbitrary<Uint8Array> => {
	const strip = lengthPrefixed({ ...options, header: "strip" }).encoder();
	return short.map((bytes) => strip.encode(bytes).slice());
};

/** Frames some of which are too large for a limit of 20 bytes, whole or cut off. */
const oversize = (options: LengthPrefixedOptions): fc.Arbitrary<Uint8Array> => {
	const encoder = lengthPrefixed(options).encoder();
	return fc
		.tuple(
			fc.array(fc.uint8Array({ maxLength: 40, size: "max" }), { maxLength: 4 }),
			fc.nat({ max: 40 }),
		)
		.map(([frames, cut]) => {
			const bytes = frames.flatMap((frame) => [...encoder.encode(frame)]);
			return Uint8Array.from(bytes.slice(0, Math.max(0, bytes.length - cut)));
		});
};

const skip = { maxLength: 20, oversize: "skip" } as const;
const fragments = { ...oncRpcRecords, maxFragment: 7 } as const;

type Laws = [
	make: typeof lengthPrefixed | typeof joined,
	options: LengthPrefixedOptions,
	item: fc.Arbitrary<Uint8Array>,
	garbage?: fc.Arbitrary<Uint8Array>,
];
const layers: Laws[] = [
	[lengthPrefixed, {}, short],
	[lengthPrefixed, { ...netstrings, ...skip }, short, oversize(netstrings)],
	[lengthPrefixed, { ...fragments, ...skip }, short, oversize(fragments)],
	[joined, { ...fragments, ...skip }, short, oversize(fragments)],
];
// What these do, those above do too, but for a few lines: a tenth of the runs finds faults there.
const variants: Laws[] = [
	[lengthPrefixed, { width: 3, endian: "le", offset: 2, adjustment: -3 }, long],
	[lengthPrefixed, { width: 8, includesPrefix: true, copy: true }, short],
	[lengthPrefixed, { ...varintDelimited, offset: 1, adjustment: 1 }, long],
	[
		lengthPrefixed,
		{ ...varintDelimited, header: "keep" },
		whole(varintDelimited),
	],
	[lengthPrefixed, postgresMessages, whole(postgresMessages)],
	[lengthPrefixed, fragments, long],
	[joined, { ...octetCounting, offset: 1 }, long],
	[joined, { ...thriftFramed, ...skip }, short, oversize(thriftFramed)],
];

/** Makes the laws of all configurations, by name. */
export function configurations({
	numRuns = 1,
	steps = true,
}: Runs): [name: string, laws: CodecLaw[]][] {
	return [...layers, ...variants].map(([make, options, item, garbage]) => {
		const layer: ByteLayer<Uint8Array | Skipped, Uint8Array> = make(options);
		const isVariant = variants.some(([, variant]) => variant === options);
		const laws = codecLaws(layer, {
			item,
			numRuns: isVariant ? Math.ceil(numRuns / 10) : numRuns,
			steps,
			...(garbage && { garbage }),
		});
		return [`${make.name}(${JSON.stringify(options)})`, laws];
	});
}
