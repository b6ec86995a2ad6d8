import { fuzzCodec } from "@framewright/fuzz";
import { jsonRpc } from "@framewright/json-rpc";
import { fitting, jsonRpcOptions, sentMessage } from "./shared/json.ts";

const narrow = jsonRpc({
	echoId: true,
	maxLength: 200,
	maxDepth: 5,
	maxBatch: 3,
});

/** JSON-RPC under limits that messages are near. */
export const fuzz = fuzzCodec(narrow, {
	...jsonRpcOptions,
	sent: (message) => fitting(narrow, sentMessage(message)),
});
