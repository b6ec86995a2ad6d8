import { stack } from "@framewright/codec";
import { fuzzStack } from "@framewright/fuzz";
import { jsonRpc } from "@framewright/json-rpc";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { message } from "../../../packages/json-rpc/test/arbitraries.ts";
import { jsonRpcOptions } from "./shared/json.ts";

/** Editors' and agents' traffic over a socket: each message behind a u32. */
const layers = [lengthPrefixed(), jsonRpc()] as const;

export const fuzz = fuzzStack(stack(...layers), layers, {
	...jsonRpcOptions,
	item: message,
});
