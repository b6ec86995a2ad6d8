import { DecodeError, type Item, Skipped } from "@framewright/codec";
import type { Message as DBusMessage } from "@framewright/dbus-message";
import type { BodyEnd } from "@framewright/http-chunked";
import { jsonRpc, type Message } from "@framewright/json-rpc";
import { Piece } from "@framewright/newline";
import { dbusFromJson, dbusToJson } from "./dbus-json.ts";
import { bytesOfHex, type Kind } from "./layers.ts";

/** How an item of bytes is written in JSON; `auto` is text where the bytes are UTF-8, and hex otherwise. */
export type BytesNotation = "auto" | "text" | "hex" | "base64";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const codec = jsonRpc();

/** Writes an item as one line of JSON, without the newline. `offset` is the item's, for a fault. */
export function toJson(
	item: Item,
	kind: Kind,
	notation: BytesNotation,
	offset: number,
): string {
	if (item instanceof Skipped) return skippedToJson(item, notation);
	if (kind === "messages") return messageToJson(item as Message);
	if (item instanceof Uint8Array) return bytesToJson(item, notation, offset);
	if (kind === "D-Bus messages")
		return dbusMessageToJson(item as DBusMessage, notation, offset);
	if (item instanceof Piece)
		return `{"piece":${bytesToJson(item.bytes, notation, offset)},"last":${item.last}}`;
	if (kind === "parts of a body") {
		const { trailers } = item as BodyEnd;
		return JSON.stringify({ end: { trailers } });
	}
	return JSON.stringify(item);
}

/** Writes a D-Bus message as one line of JSON. */
export function dbusMessageToJson(
	message: DBusMessage,
	notation: BytesNotation,
	offset = 0,
): string {
	return JSON.stringify(
		dbusToJson(message, (bytes) =>
			JSON.parse(bytesToJson(bytes, notation, offset)),
		),
	);
}

/** Writes what was skipped as `{"skipped": {"code": ..., "message": ..., "offset": ..., ...}}`. */
function skippedToJson(
	{ kind: _, bytes, ...figures }: Skipped,
	notation: BytesNotation,
): string {
	const json = JSON.stringify(figures);
	const skipped =
		bytes === undefined
			? json
			: `${json.slice(0, -1)},"bytes":${bytesToJson(bytes, notation === "text" ? "auto" : notation, 0)}}`;
	return `{"skipped":${skipped}}`;
}

/** Writes bytes as JSON: text where that is asked for and they are UTF-8, `{"hex": ...}` or `{"base64": ...}` otherwise. */
export function bytesToJson(
	bytes: Uint8Array,
	notation: BytesNotation,
	offset: number,
): string {
	if (notation === "auto" || notation === "text")
		try {
			return JSON.stringify(utf8.decode(bytes));
		} catch {
			if (notation === "text")
				throw new DecodeError(
					"invalid-utf8",
					"An item must be UTF-8 text, because of --bytes text",
					offset,
				);
		}
	const encoding = notation === "base64" ? "base64" : "hex";
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	return JSON.stringify({ [encoding]: text.toString(encoding) });
}

/** Writes a message as it stands on the wire, and an invalid one with the reason and the reply that it deserves. */
function messageToJson(message: Message): string {
	if (message.kind === "batch")
		return `[${message.items.map(messageToJson).join(",")}]`;
	const wire = utf8.decode(codec.encode(message));
	return message.kind === "invalid"
		? `{"invalid":${JSON.stringify(message.reason)},"reply":${wire}}`
		: wire;
}

/** Reads what `toJson` writes. Throws an `Error` that says what an item must be. */
export function fromJson(line: string, kind: Kind): Item {
	if (kind === "messages") {
		const message = codec.decode(new TextEncoder().encode(line));
		if (message.kind === "invalid")
			throw new Error(`not a JSON-RPC message: ${message.reason}`);
		return message;
	}
	const value: unknown = parseJson(line);
	if (kind === "JSON values") return value as Item;
	if (kind === "D-Bus messages")
		return dbusFromJson(value, (bytes) => bytesFromJson(bytes));
	if (kind === "parts of a body") {
		const end = endOf(value);
		if (end !== undefined) return end;
	}
	if (kind === "text") {
		if (typeof value === "string") return value;
		throw new Error("an item must be a JSON string");
	}
	return bytesFromJson(
		value,
		kind === "parts of a body"
			? ', {"base64":"..."} or {"end":{"trailers":[["name","value"],...]}}'
			: undefined,
	);
}

/** Reads bytes, which `bytesToJson` writes. */
export function bytesFromJson(
	value: unknown,
	more = ' or {"base64":"..."}',
): Uint8Array {
	if (typeof value === "string") return new TextEncoder().encode(value);
	if (typeof value === "object" && value !== null) {
		const [[notation, text] = [], ...others] = Object.entries(value);
		if (others.length === 0 && typeof text === "string") {
			if (notation === "hex" && /^(?:[\da-f]{2})*$/i.test(text))
				return bytesOfHex(text);
			if (
				notation === "base64" &&
				Buffer.from(text, "base64").toString("base64") === text
			)
				return Buffer.from(text, "base64");
		}
	}
	throw new Error(`an item must be a JSON string, {"hex":"..."}${more}`);
}

/** Reads the end of a body, which `toJson` writes as `{"end": {"trailers": [["name", "value"], ...]}}`. */
function endOf(value: unknown): BodyEnd | undefined {
	const { end, ...more } = (value ?? {}) as { end?: { trailers?: unknown } };
	const trailers = end?.trailers ?? [];
	return end !== undefined &&
		Object.keys(more).length === 0 &&
		Array.isArray(trailers) &&
		trailers.every(
			(trailer) =>
				Array.isArray(trailer) &&
				trailer.length === 2 &&
				trailer.every((part) => typeof part === "string"),
		)
		? { kind: "end", trailers }
		: undefined;
}

function parseJson(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch (error) {
		throw new Error(`not JSON: ${(error as Error).message}`);
	}
}
