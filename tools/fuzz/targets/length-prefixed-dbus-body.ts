import { codecLayer, stack } from "@framewright/codec";
import { marshalBody, parseSignature } from "@framewright/dbus-marshal";
import { fuzzStack } from "@framewright/fuzz";
import { lengthPrefixed } from "@framewright/length-prefixed";
import fc from "fast-check";
import { anyOf } from "../../../packages/dbus-marshal/test/arbitrary-value.ts";

const SIGNATURE = "sa{sv}as";
const layers = [
	lengthPrefixed({ endian: "le" }),
	codecLayer(marshalBody(SIGNATURE, { dict: "entries" })),
] as const;

/** Bodies of D-Bus, each behind its length. */
export const fuzz = fuzzStack(stack(...layers), layers, {
	item: fc.tuple(
		...parseSignature(SIGNATURE).map((type) => anyOf(type)),
	) as fc.Arbitrary<never>,
});
