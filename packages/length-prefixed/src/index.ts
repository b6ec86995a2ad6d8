export { type LengthPrefixed, lengthPrefixed } from "./length-prefixed.ts";
export {
	type Begin,
	type End,
	type LengthPrefixedParts,
	lengthPrefixedParts,
	type Part,
} from "./length-prefixed-parts.ts";
export type { LengthPrefixedOptions } from "./options.ts";
export {
	grpcMessages,
	kafkaMessages,
	netstrings,
	octetCounting,
	oncRpcRecords,
	postgresMessages,
	thriftFramed,
	varintDelimited,
} from "./presets.ts";
