import { fuzzLayer } from "@framewright/fuzz";
import {
	grpcMessages,
	kafkaMessages,
	lengthPrefixed,
	netstrings,
	octetCounting,
	postgresMessages,
	thriftFramed,
	varintDelimited,
} from "@framewright/length-prefixed";
import fc from "fast-check";

/** The framings of real protocols, each of which has one encoding for a frame. */
export const fuzz = fuzzLayer(
	{
		netstrings: lengthPrefixed(netstrings),
		octetCounting: lengthPrefixed(octetCounting),
		postgresMessages: lengthPrefixed(postgresMessages),
		grpcMessages: lengthPrefixed(grpcMessages),
		thriftFramed: lengthPrefixed(thriftFramed),
		kafkaMessages: lengthPrefixed(kafkaMessages),
		"varint, kept": lengthPrefixed({ ...varintDelimited, header: "keep" }),
		"u24, kept": lengthPrefixed({ width: 3, header: "keep" }),
	},
	{
		strict: true,
		item: fc.uint8Array({ maxLength: 120, size: "max" }),
		dictionary: ["0:,", "3:abc,", "5 abcde", ",", ":"],
		// Encoders of whole frames write the length over what they are given.
		equals: () => true,
	},
);
