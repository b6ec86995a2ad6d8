// What a line of the trace shows of a message, and what it means for the calls before it.

import type { Item } from "@framewright/codec";
import {
	type ErrorMessage,
	type Id,
	type Params,
	RawJson,
} from "@framewright/json-rpc";
import type { Body } from "./tap-print.ts";

/** What messages carry: as it stands on the wire, where that is known. */
export type Values = Params | RawJson;

/** Shows a value; none, if there is none. */
export function bodyOf(name: Body["name"], value: unknown): Body | undefined {
	return value === undefined ? undefined : { name, json: () => textOf(value) };
}

function textOf(value: unknown): string {
	return value instanceof RawJson ? value.text : JSON.stringify(value);
}

/** Shows an error. */
export function errorBody({ error }: ErrorMessage): Body {
	const { code, message, data } = error;
	const head = JSON.stringify({ code, message });
	return {
		name: "error",
		json: () =>
			data === undefined
				? head
				: `${head.slice(0, -1)},"data":${textOf(data)}}`,
	};
}

/** Gives as much of an item as must be written to show `limit` characters of it, and a little more. */
export function beginning(item: Item, limit: number): Item {
	if (typeof item === "string") return item.slice(0, limit + 2);
	if (!(item instanceof Uint8Array) || item.length <= 4 * limit + 8)
		return item;
	// Not within a UTF-8 character, which has up to three bytes behind the first.
	let end = 4 * limit + 8;
	while (((item[end] as number) & 0xc0) === 0x80 && end > 4 * limit + 4)
		end -= 1;
	return item.subarray(0, end);
}

/** The notifications that take back a request, and where they name its id: those of LSP and MCP. */
const CANCELLATIONS: ReadonlyMap<string, string> = new Map([
	["$/cancelRequest", "id"],
	["notifications/cancelled", "requestId"],
]);

/** Longer params name more than a request to cancel. */
const MAX_CANCELLATION = 10_000;

/** The id of the request that a notification takes back, if it does. */
export function cancelledBy(
	method: string,
	params: Values | undefined,
): Id | undefined {
	const member = CANCELLATIONS.get(method);
	if (member === undefined || params === undefined) return undefined;
	const text = textOf(params);
	if (text.length > MAX_CANCELLATION) return undefined;
	const id: unknown = JSON.parse(text)[member];
	return typeof id === "string" || typeof id === "number" ? id : undefined;
}
