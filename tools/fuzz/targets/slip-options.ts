import { fuzzLayer } from "@framewright/fuzz";
import { slip } from "@framewright/slip";
import fc from "fast-check";

/** RFC 1055 with limits, and with faults stepped over. */
export const fuzz = fuzzLayer(
	{
		limit: slip({ leadingEnd: false, maxLength: 150, copy: true }),
		resync: slip({ leadingEnd: false, maxLength: 60, resync: true }),
	},
	{
		item: fc.uint8Array({ minLength: 1, maxLength: 40, size: "max" }),
		dictionary: [
			Uint8Array.of(0xc0),
			Uint8Array.of(0xdb, 0xdc),
			Uint8Array.of(0xdb, 0xdd),
		],
	},
);
