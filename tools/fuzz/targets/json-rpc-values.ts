import { stack } from "@framewright/codec";
import { fuzzValues } from "@framewright/fuzz";
import { jsonRpc } from "@framewright/json-rpc";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { message } from "../../../packages/json-rpc/test/arbitraries.ts";
import { jsonRpcOptions } from "./shared/json.ts";

/** Messages as programs send them: most changes to the bytes of one make it no JSON, and none to its choices does. */
export const fuzz = fuzzValues(
	stack(lengthPrefixed(), jsonRpc()),
	message,
	jsonRpcOptions,
);
