// D-Bus messages as JSON, and back. Values are written as busctl writes them, {"type":"s","data":"x"} for a variant; what
// JSON does not have is a string: the digits of 64 bits, "NaN", "Infinity".

import { parseSignature, type Type, Variant } from "@framewright/dbus-marshal";
import type { Message, OutgoingMessage } from "@framewright/dbus-message";

/** Writes bytes as JSON can carry them. */
export type BytesToJson = (bytes: Uint8Array) => unknown;

/** Reads what a `BytesToJson` wrote. Throws an `Error` for anything else. */
export type BytesFromJson = (json: unknown) => Uint8Array;

/** Writes a message; its dicts may be entries or maps. */
export function dbusToJson(message: Message, bytes: BytesToJson): object {
	const { body, signature, ...header } = message;
	const types = parseSignature(signature);
	return {
		...header,
		signature,
		body: types.map((type, i) => valueToJson(type, body[i], bytes)),
	};
}

/** Writes one value of a type; dicts may be entries or maps. */
export function valueToJson(
	type: Type,
	value: unknown,
	bytes: BytesToJson,
): unknown {
	switch (type.kind) {
		case "basic":
			return typeof value === "bigint" ||
				(typeof value === "number" && !isJson(value))
				? String(Object.is(value, -0) ? "-0" : value)
				: value;
		case "variant": {
			const { signature, value: inner } = value as Variant;
			const [innerType] = parseSignature(signature);
			return {
				type: signature,
				data: valueToJson(innerType as Type, inner, bytes),
			};
		}
		case "struct":
			return type.fields.map((field, i) =>
				valueToJson(field, (value as unknown[])[i], bytes),
			);
		case "array":
			return value instanceof Uint8Array
				? bytes(value)
				: (value as unknown[]).map((element) =>
						valueToJson(type.element, element, bytes),
					);
		case "dict":
			return dictToJson(type, value as Iterable<[unknown, unknown]>, bytes);
	}
}

/** An object, unless a name would be there twice, or not in its place, as numbers are: then pairs. */
function dictToJson(
	{ key: code, value: type }: Extract<Type, { kind: "dict" }>,
	entries: Iterable<readonly [unknown, unknown]>,
	bytes: BytesToJson,
): unknown {
	const pairs = Array.from(entries, ([key, value]): [unknown, unknown] => [
		valueToJson({ kind: "basic", code }, key, bytes),
		valueToJson(type, value, bytes),
	]);
	const object = Object.fromEntries(pairs);
	const names = Object.keys(object);
	const isSame =
		names.length === pairs.length &&
		names.every((name, i) => name === String(pairs[i]?.[0]));
	return isSame ? object : pairs;
}

function isJson(value: number): boolean {
	return Number.isFinite(value) && !Object.is(value, -0);
}

/** Reads what `dbusToJson` writes; `endianness`, `flags`, `unixFds` and an empty body may be left out. Throws an `Error`. */
export function dbusFromJson(
	json: unknown,
	bytes: BytesFromJson,
): OutgoingMessage {
	if (!isObject(json)) throw new Error("a D-Bus message must be a JSON object");
	const { signature = "", body = [] } = json;
	if (typeof signature !== "string" || !Array.isArray(body))
		throw new Error('"signature" must be a string, and "body" an array');
	const types = parseSignature(signature);
	if (types.length !== body.length)
		throw new Error(
			`"body" must have ${types.length} values, as "signature" says, not ${body.length}`,
		);
	const values = types.map((type, i) => valueFromJson(type, body[i], bytes));
	return { ...json, signature, body: values } as unknown as OutgoingMessage;
}

/** Reads one value of a type, as `valueToJson` writes it. Throws an `Error`. */
export function valueFromJson(
	type: Type,
	json: unknown,
	bytes: BytesFromJson,
): unknown {
	switch (type.kind) {
		case "basic":
			return basicFromJson(type.code, json);
		case "variant": {
			if (!isObject(json) || typeof json.type !== "string")
				throw new Error('a variant must be {"type": ..., "data": ...}');
			const [inner, ...more] = parseSignature(json.type);
			if (inner === undefined || more.length > 0)
				throw new Error(`"${json.type}" must be one complete type`);
			return new Variant<string, unknown>(
				json.type,
				valueFromJson(inner, json.data, bytes),
			);
		}
		case "struct": {
			const { fields } = type;
			if (!Array.isArray(json) || json.length !== fields.length)
				throw new Error(`a struct must be an array of ${fields.length} values`);
			return fields.map((field, i) => valueFromJson(field, json[i], bytes));
		}
		case "array": {
			const { element } = type;
			if (element.kind === "basic" && element.code === "y") return bytes(json);
			if (!Array.isArray(json)) throw new Error("an array must be an array");
			return json.map((value) => valueFromJson(element, value, bytes));
		}
		case "dict": {
			const entries: unknown = isObject(json) ? Object.entries(json) : json;
			if (!Array.isArray(entries) || !entries.every(isPair))
				throw new Error("a dict must be an object, or an array of pairs");
			return entries.map(([key, value]) => [
				basicFromJson(type.key, key),
				valueFromJson(type.value, value, bytes),
			]);
		}
	}
}

/** What is no such value is left to the encoder, which says what it wants. */
function basicFromJson(code: string, json: unknown): unknown {
	if (typeof json !== "string" || "sog".includes(code)) {
		// A number that is exact in JSON may stand for 64 bits.
		return "xt".includes(code) && Number.isSafeInteger(json)
			? BigInt(json as number)
			: json;
	}
	if ("xt".includes(code)) return /^-?\d+$/.test(json) ? BigInt(json) : json;
	// The names of an object's members are strings, whatever the keys were.
	if (code === "b") return json === "true" || (json === "false" ? false : json);
	const number = Number(json);
	return json !== "" && (json === "NaN" || !Number.isNaN(number))
		? number
		: json;
}

function isPair(value: unknown): value is [unknown, unknown] {
	return Array.isArray(value) && value.length === 2;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
