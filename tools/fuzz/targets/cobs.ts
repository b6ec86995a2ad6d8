import { cobs } from "@framewright/cobs";
import { fuzzLayer } from "@framewright/fuzz";
import fc from "fast-check";
import { reference } from "../../../packages/cobs/test/reference.ts";
import { machinePeer } from "./shared/machine-peer.ts";

/** Consistent overhead byte stuffing, beside a state machine of one byte after the other. */
export const fuzz = fuzzLayer(cobs(), {
	item: fc.uint8Array({ maxLength: 300, size: "max" }),
	dictionary: [
		Uint8Array.of(0),
		Uint8Array.of(1, 0),
		Uint8Array.of(255, ...new Uint8Array(254).fill(1), 0),
	],
	peer: machinePeer((data) => reference(data, 8 * 1024 * 1024)),
});
