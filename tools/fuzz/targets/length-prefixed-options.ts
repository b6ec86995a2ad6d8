import { fuzzLayer } from "@framewright/fuzz";
import { lengthPrefixed, oncRpcRecords } from "@framewright/length-prefixed";
import fc from "fast-check";

const skip = { maxLength: 20, oversize: "skip" } as const;

/** What drops bytes, steps over frames, or puts records together. */
export const fuzz = fuzzLayer(
	{
		"offset, adjustment": lengthPrefixed({
			width: 3,
			endian: "le",
			offset: 2,
			adjustment: -3,
		}),
		skip: lengthPrefixed(skip),
		"least, copy": lengthPrefixed({ width: 1, minLength: 2, copy: true }),
		records: lengthPrefixed({ ...oncRpcRecords, maxFragment: 7 }),
		"records, skip": lengthPrefixed({ ...oncRpcRecords, ...skip }),
	},
	{ item: fc.uint8Array({ maxLength: 40, size: "max" }) },
);
