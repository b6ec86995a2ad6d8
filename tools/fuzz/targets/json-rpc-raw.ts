import { fuzzCodec } from "@framewright/fuzz";
import {
	jsonRpc,
	type Message,
	RawJson,
	type RawMessage,
} from "@framewright/json-rpc";
import { jsonRpcOptions, sentMessage } from "./shared/json.ts";

const { dictionary, skip } = jsonRpcOptions;

/** What is sent of raw values: a line break in them, which can only be between tokens, goes out as a space. */
function inOneLine<T>(value: T): T {
	if (value instanceof RawJson)
		return new RawJson(value.text.replaceAll(/[\n\r]/g, " ")) as T;
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map(inOneLine) as T;
	return Object.fromEntries(
		Object.entries(value).map(([name, member]) => [name, inOneLine(member)]),
	) as T;
}

/** JSON-RPC messages whose values are checked, and left as they came. */
export const fuzz = fuzzCodec(jsonRpc({ raw: true }), {
	dictionary,
	skip,
	sent: (message) =>
		inOneLine(sentMessage(message as Message)) as RawMessage | undefined,
});
