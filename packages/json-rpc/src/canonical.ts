import type { Message, Params } from "./message.ts";
import type { Settings } from "./options.ts";
import { RawJson } from "./raw-json.ts";

const HEAD = '{"jsonrpc":"2.0",';
const SIMPLE = /^[\w$/.-]*$/;

/**
 * Reads a message that is written as most libraries write it, without white space and in this order:
 *
 *     {"jsonrpc":"2.0","id":1,"method":"subtract","params":[42,23]}
 *     {"jsonrpc":"2.0","id":1,"result":19}
 *
 * Returns `undefined` for any other: what it is, is for `parse` to find out. It takes a third of the time that `parse` takes,
 * because it compares words, where `parse` looks at every character.
 */
export function parseCanonical(
	text: string,
	{ maxDepth, raw, json }: Settings,
): Message<Params | RawJson> | undefined {
	// Not longer, so that its depth need not be looked at: every level takes two characters.
	if (
		text.length > 2 * maxDepth ||
		json !== JSON ||
		!text.startsWith(HEAD) ||
		!text.endsWith("}")
	)
		return undefined;
	let at = HEAD.length;
	let id: number | undefined;
	if (text.startsWith('"id":', at)) {
		const end = text.indexOf(",", at);
		id = shortInteger(text, at + 5, end);
		if (id === undefined) return undefined;
		at = end + 1;
	}
	if (id !== undefined && text.startsWith('"result":', at)) {
		const result = lastValue(text, at + 9, raw);
		return result === undefined ? undefined : { kind: "success", id, result };
	}
	if (!text.startsWith('"method":"', at)) return undefined;
	const end = text.indexOf('"', at + 10);
	const method = text.slice(at + 10, end);
	if (!SIMPLE.test(method)) return undefined;
	at = end + 1;
	if (at === text.length - 1)
		return id === undefined
			? { kind: "notification", method }
			: { kind: "request", id, method };
	if (!text.startsWith(',"params":', at)) return undefined;
	at += 10;
	const first = text[at];
	if (first !== "[" && first !== "{") return undefined;
	const params = lastValue(text, at, raw) as Params | RawJson | undefined;
	if (params === undefined) return undefined;
	return id === undefined
		? { kind: "notification", method, params }
		: { kind: "request", id, method, params };
}

/** Reads the value from `at` to the last brace. That it is one value is proof that no other member follows it. */
function lastValue(text: string, at: number, raw: boolean): unknown {
	const value = text.slice(at, -1);
	try {
		const parsed: unknown = JSON.parse(value);
		return raw ? new RawJson(value) : parsed;
	} catch {
		return undefined;
	}
}

/** The number in `text[start, end)`, if it has 1 to 9 digits as JavaScript writes them. */
function shortInteger(
	text: string,
	start: number,
	end: number,
): number | undefined {
	if (end <= start || end - start > 9) return undefined;
	let value = 0;
	for (let i = start; i < end; i++) {
		const digit = text.charCodeAt(i) - 0x30;
		if (digit < 0 || digit > 9 || (value === 0 && i > start)) return undefined;
		value = 10 * value + digit;
	}
	return value;
}
