import { fuzzLayer } from "@framewright/fuzz";
import { slip } from "@framewright/slip";
import fc from "fast-check";
import { reference } from "../../../packages/slip/test/reference.ts";
import { machinePeer } from "./shared/machine-peer.ts";

/** RFC 1055, beside a state machine of one byte after the other. */
export const fuzz = fuzzLayer(slip(), {
	item: fc.uint8Array({ minLength: 1, maxLength: 40, size: "max" }),
	dictionary: [
		...[[0xc0], [0xdb, 0xdc], [0xdb, 0xdd], [0xdb, 0xc0]].map((bytes) =>
			Uint8Array.from(bytes),
		),
	],
	peer: machinePeer((data) => reference(data, 8 * 1024 * 1024)),
});
