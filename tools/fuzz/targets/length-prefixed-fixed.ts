import { fuzzLayer } from "@framewright/fuzz";
import { lengthPrefixed } from "@framewright/length-prefixed";
import fc from "fast-check";

/** Prefixes of one to eight bytes, where each frame has one encoding. */
export const fuzz = fuzzLayer(
	{
		u32: lengthPrefixed(),
		u8: lengthPrefixed({ width: 1 }),
		"u16 LE": lengthPrefixed({ width: 2, endian: "le" }),
		u24: lengthPrefixed({ width: 3 }),
		"u64, itself counted": lengthPrefixed({ width: 8, includesPrefix: true }),
		"sign, at most 20": lengthPrefixed({ highestBit: "sign", maxLength: 20 }),
	},
	{ strict: true, item: fc.uint8Array({ maxLength: 40, size: "max" }) },
);
