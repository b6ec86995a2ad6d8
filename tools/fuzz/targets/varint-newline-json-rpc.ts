import { stack } from "@framewright/codec";
import { fuzzStack } from "@framewright/fuzz";
import { jsonRpc } from "@framewright/json-rpc";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { newline } from "@framewright/newline";
import { message } from "../../../packages/json-rpc/test/arbitraries.ts";
import { fitting, jsonRpcOptions, sentMessage } from "./shared/json.ts";

/** Three layers, the frames of the lowest one cut without regard to those of the next, and each may skip. */
const layers = [
	lengthPrefixed({ width: "varint", maxLength: 300, oversize: "skip" }),
	newline({ maxLength: 200, oversize: "skip" }),
	jsonRpc(),
] as const;

const stacked = stack(...layers);

export const fuzz = fuzzStack(stacked, layers, {
	...jsonRpcOptions,
	sent: (message) => fitting(stacked, sentMessage(message)),
	item: message,
	// Two framings, each with memory of its own.
	maxHeld: (unread) => 8 * unread + 2048,
});
