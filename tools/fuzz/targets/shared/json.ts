// What targets of JSON have in common. This is no target: it exports no `fuzz`.

import { Skipped } from "@framewright/codec";
import { writeDownJson } from "@framewright/fuzz";
import type { Message, SingleMessage } from "@framewright/json-rpc";

/** A lone backslash as the name of a member: V8 of Node 24 and 26 then misreads names that begin with an escape. */
const BACKSLASH_NAME = /"\\(?:\\|u005c)"[\t\n\r ]*:/i;

/** Whether a string begins with an escape: in all but a few inputs none does. */
function hasQuotedEscape(data: Uint8Array): boolean {
	for (let at = data.indexOf(0x5c); at > 0; at = data.indexOf(0x5c, at + 1))
		if (data[at - 1] === 0x22) return true;
	return false;
}

export const json = {
	show: writeDownJson,
	skip: {
		reason:
			"V8 misreads names that begin with an escape once it has read a lone backslash as a name",
		matches: (data: Uint8Array): boolean =>
			hasQuotedEscape(data) &&
			BACKSLASH_NAME.test(Buffer.from(data).toString("latin1")),
	},
	dictionary: [
		...["{", "}", "[", "]", ":", ",", '"', "null", "true", "false", "-0"],
		...["1e400", "\\u0000", "\\ud800", '"__proto__":', "\n", "\r\n"],
	],
};

/** Returns a JSON value that can be sent: 1e400 is read as Infinity, which JSON does not have. */
export function sentJson<T>(value: T): T | undefined {
	return JSON.stringify(value) !== undefined && !hasInfinity(value)
		? value
		: undefined;
}

function hasInfinity(value: unknown): boolean {
	if (typeof value === "number") return !Number.isFinite(value);
	if (typeof value !== "object" || value === null) return false;
	return Object.values(value).some(hasInfinity);
}

/** Returns a value that stays under its layer's limits: written again, JSON may be longer than it was, as 1e12 is. */
export function fitting<Sent>(
	layer: { encoder(): { encode(item: Sent): Uint8Array } },
	value: unknown,
): Sent | undefined {
	if (value === undefined || value instanceof Skipped || hasInfinity(value))
		return undefined;
	try {
		layer.encoder().encode(value as Sent);
		return value as Sent;
	} catch (error) {
		if (error instanceof RangeError && / at most/.test(error.message))
			return undefined;
		return value as Sent;
	}
}

/** What is answered in the place of an invalid message. */
export function sentMessage(message: Message | Skipped): Message | undefined {
	if (message instanceof Skipped || hasInfinity(message)) return undefined;
	if (message.kind !== "batch") return sentSingle(message);
	return { kind: "batch", items: message.items.map(sentSingle) };
}

function sentSingle(message: SingleMessage): SingleMessage {
	return message.kind === "invalid" ? message.reply : message;
}

export const jsonRpcOptions = {
	...json,
	sent: sentMessage,
	dictionary: [
		...json.dictionary,
		...['{"jsonrpc":"2.0",', '"id":1,', '"method":"m"', '"params":[]'],
		...['"result":null', '"error":{"code":-1,"message":""}', '"data":0'],
	],
};
