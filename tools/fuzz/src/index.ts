export { Finding, type FindingDetails } from "./finding.ts";
export {
	type AnyCodec,
	type CodecVariants,
	type FuzzCodecOptions,
	fuzzCodec,
} from "./fuzz-codec.ts";
export {
	type FuzzDecoderOptions,
	fuzzDecoder,
	type Started,
} from "./fuzz-decoder.ts";
export { type FuzzFunctionOptions, fuzzFunction } from "./fuzz-function.ts";
export {
	type Decoding,
	type FuzzLayerOptions,
	fuzzLayer,
	fuzzStack,
	type Variants,
} from "./fuzz-layer.ts";
export { type FuzzValuesOptions, fuzzValues } from "./fuzz-values.ts";
export type { TargetOptions } from "./make-target.ts";
export {
	FuelError,
	isFuelError,
	isMemoryError,
	MemoryError,
	type Probe,
	probe,
	type Work,
} from "./probe.ts";
export { replayInput } from "./replay-input.ts";
export type {
	AllowedDifference,
	Budget,
	Difference,
	OracleName,
	Peer,
	Rate,
} from "./subject.ts";
export type { Target } from "./target.ts";
export { valueFrom } from "./value-from.ts";
export { writeDown, writeDownJson } from "./write-down.ts";
