import { fuzzLayer } from "@framewright/fuzz";
import { oncRpcRecords } from "@framewright/length-prefixed";
import fc from "fast-check";
import { joined } from "../../../packages/length-prefixed/test/joined.ts";

/** Frames in parts, joined again: what data is cut into depends on the cut of the input. */
export const fuzz = fuzzLayer(
	{
		parts: joined({ width: 2 }),
		"records in parts": joined({
			...oncRpcRecords,
			maxFragment: 7,
			maxLength: 20,
			oversize: "skip",
		}),
	},
	{
		item: fc.uint8Array({ maxLength: 40, size: "max" }),
		except: { "bounded-memory": "whoever joins parts has to keep them" },
	},
);
