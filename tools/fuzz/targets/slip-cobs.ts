import { cobsCodec } from "@framewright/cobs";
import { codecLayer, stack } from "@framewright/codec";
import { fuzzStack } from "@framewright/fuzz";
import { slip } from "@framewright/slip";
import fc from "fast-check";

/** Byte stuffing in byte stuffing, as devices nest them; bad packets are stepped over. */
const layers = [slip({ resync: true }), codecLayer(cobsCodec)] as const;

export const fuzz = fuzzStack(stack(...layers), layers, {
	item: fc.uint8Array({ maxLength: 60, size: "max" }),
	dictionary: [Uint8Array.of(0xc0), Uint8Array.of(0xdb, 0xdc)],
});
