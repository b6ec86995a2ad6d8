import { fuzzCodec } from "@framewright/fuzz";
import { jsonRpc, type Message, type RawMessage } from "@framewright/json-rpc";
import { jsonRpcOptions, sentMessage } from "./shared/json.ts";

const { dictionary, skip } = jsonRpcOptions;

/** JSON-RPC messages whose values are checked, and left as they came. */
export const fuzz = fuzzCodec(jsonRpc({ raw: true }), {
	dictionary,
	skip,
	sent: (message) => sentMessage(message as Message) as RawMessage | undefined,
});
