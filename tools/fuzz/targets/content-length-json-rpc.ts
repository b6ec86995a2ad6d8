import { stack } from "@framewright/codec";
import { contentLength } from "@framewright/content-length";
import { fuzzStack } from "@framewright/fuzz";
import { jsonRpc } from "@framewright/json-rpc";
import { message } from "../../../packages/json-rpc/test/arbitraries.ts";
import { jsonRpcOptions } from "./shared/json.ts";

/** The traffic of language servers. */
const layers = [contentLength(), jsonRpc()] as const;

export const fuzz = fuzzStack(stack(...layers), layers, {
	...jsonRpcOptions,
	item: message,
	dictionary: [
		...jsonRpcOptions.dictionary,
		...["Content-Length: ", "\r\n\r\n", "Content-Length: 2\r\n\r\n{}"],
	],
});
