import { stack } from "@framewright/codec";
import { fuzzStack } from "@framewright/fuzz";
import { jsonRpcText } from "@framewright/json-rpc";
import { lines } from "@framewright/newline";
import { message } from "../../../packages/json-rpc/test/arbitraries.ts";
import { jsonRpcOptions } from "./shared/json.ts";

/** The traffic of MCP servers over stdio: a message in each line. */
const layers = [lines({ delimiter: "either" }), jsonRpcText()] as const;

export const fuzz = fuzzStack(stack(...layers), layers, {
	...jsonRpcOptions,
	item: message,
});
