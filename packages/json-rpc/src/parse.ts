import { isDeeper } from "./limits.ts";
import type {
	ErrorObject,
	Id,
	InvalidMessage,
	Message,
	SingleMessage,
} from "./message.ts";
import type { Settings } from "./options.ts";
import { withoutRoundedIds } from "./rounded-ids.ts";

/** Reads the text of a message. Total: whatever is wrong with it makes an `invalid` message. */
export function parse(text: string, settings: Settings): Message {
	const { maxDepth, maxBatch, echoId } = settings;
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		return parseError(`The text is not JSON: ${(error as Error).message}`);
	}
	if (isDeeper(text, value, maxDepth))
		return parseError(`JSON may be nested ${maxDepth} levels deep at most`);
	if (!Array.isArray(value))
		return parseSingle(value, withoutRoundedIds(text, value), echoId);
	if (value.length === 0)
		return invalidRequest("A batch must have one message at the least");
	if (value.length > maxBatch)
		return invalidRequest(
			`A batch may have ${maxBatch} messages at most; found ${value.length}`,
		);
	const exact = withoutRoundedIds(text, value);
	return {
		kind: "batch",
		items: value.map((item, i) => parseSingle(item, exact[i], echoId)),
	};
}

/** Answers what is not JSON, or beyond a limit (-32700, section 5.1). */
export function parseError(reason: string): InvalidMessage {
	return invalid(reason, null, { code: -32700, message: "Parse error" });
}

/** Answers JSON that is not a message (-32600, section 5.1). */
function invalidRequest(reason: string, id: Id = null): InvalidMessage {
	return invalid(reason, id, { code: -32600, message: "Invalid Request" });
}

function invalid(reason: string, id: Id, error: ErrorObject): InvalidMessage {
	return { kind: "invalid", reason, reply: { kind: "error", id, error } };
}

function parseSingle(
	value: unknown,
	exact: unknown,
	echoId: boolean,
): SingleMessage {
	if (!isObject(value))
		return invalidRequest(`A message must be an object; found ${show(value)}`);
	const { jsonrpc, id, method, params, result, error } = ownMembers(value);
	const isRounded =
		exact !== value && ownMembers(exact as Members).id === false;
	const isResponse = result !== undefined || error !== undefined;
	const refuse = (fault: string): InvalidMessage =>
		invalidRequest(
			fault,
			// The id of a response is one of ours: sent back, it would settle the peer's request of that id.
			echoId && isId(id) && !isRounded && !isResponse ? id : null,
		);

	if (jsonrpc !== "2.0")
		return refuse(`"jsonrpc" must be "2.0"; found ${show(jsonrpc)}`);
	if (id !== undefined && !isId(id))
		return refuse(`"id" must be a string, a number or null; found ${show(id)}`);
	if (isRounded)
		return refuse(
			`"id" must be a number that a double can hold; ${id} is not what was sent`,
		);

	if (method !== undefined) {
		if (typeof method !== "string")
			return refuse(`"method" must be a string; found ${show(method)}`);
		if (isResponse)
			return refuse(
				'A message with "method" must not have "result" or "error"',
			);
		if (params === undefined)
			return id === undefined
				? { kind: "notification", method }
				: { kind: "request", id, method };
		if (!isObject(params) && !Array.isArray(params))
			return refuse(
				`"params" must be an array or an object; found ${show(params)}`,
			);
		return id === undefined
			? { kind: "notification", method, params }
			: { kind: "request", id, method, params };
	}

	if (!isResponse)
		return refuse('A message must have "method", "result" or "error"');
	if (id === undefined) return refuse('A response must have "id"');
	if (error === undefined) return { kind: "success", id, result };
	if (result !== undefined)
		return refuse('A response must not have both "result" and "error"');
	if (!isObject(error))
		return refuse(`"error" must be an object; found ${show(error)}`);
	const { code, message, data } = ownMembers(error);
	if (typeof code !== "number" || !Number.isInteger(code))
		return refuse(`"error.code" must be an integer; found ${show(code)}`);
	if (typeof message !== "string")
		return refuse(`"error.message" must be a string; found ${show(message)}`);
	return {
		kind: "error",
		id,
		error: data === undefined ? { code, message } : { code, message, data },
	};
}

/** A JSON object. An absent member reads as `undefined`, which JSON cannot say. */
type Members = { readonly [name: string]: unknown };

/** Leaves out what a polluted Object.prototype supplies. Asking it costs nothing; asking every object costs a quarter. */
function ownMembers(value: Members): Members {
	const inherited = Object.prototype;
	return "jsonrpc" in inherited ||
		"id" in inherited ||
		"method" in inherited ||
		"params" in inherited ||
		"result" in inherited ||
		"error" in inherited ||
		"code" in inherited ||
		"message" in inherited ||
		"data" in inherited
		? { __proto__: null, ...value }
		: value;
}

function isObject(value: unknown): value is Members {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is Id {
	return (
		typeof value === "string" || typeof value === "number" || value === null
	);
}

/** Tells a value in a few characters. */
function show(value: unknown): string {
	if (value === undefined) return "nothing";
	if (Array.isArray(value)) return "an array";
	if (isObject(value)) return "an object";
	if (typeof value === "string" && value.length > 40)
		return `a string of ${value.length} characters`;
	return JSON.stringify(value);
}
