import { fuzzLayer } from "@framewright/fuzz";
import { lengthPrefixed, varintDelimited } from "@framewright/length-prefixed";
import fc from "fast-check";

/** Prefixes of as many bytes as the length takes. */
export const fuzz = fuzzLayer(
	{
		protobuf: lengthPrefixed(varintDelimited),
		"at most 200": lengthPrefixed({ ...varintDelimited, maxLength: 200 }),
	},
	{ strict: true, item: fc.uint8Array({ maxLength: 200, size: "max" }) },
);
