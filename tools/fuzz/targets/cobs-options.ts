import { cobs, cobsCodec } from "@framewright/cobs";
import { codecLayer, stack } from "@framewright/codec";
import { fuzzLayer } from "@framewright/fuzz";
import fc from "fast-check";

/** COBS with limits, with faults stepped over, and inside itself. */
export const fuzz = fuzzLayer(
	{
		limit: cobs({ maxLength: 60, copy: true }),
		resync: cobs({ maxLength: 300, resync: true }),
		twice: stack(cobs(), codecLayer(cobsCodec)),
	},
	{ item: fc.uint8Array({ maxLength: 60, size: "max" }) },
);
