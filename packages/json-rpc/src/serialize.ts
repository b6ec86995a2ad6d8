import { ExactId, type Id } from "./id.ts";
import { isDeeper, isLonger } from "./limits.ts";
import type {
	ErrorObject,
	NotificationMessage,
	OutgoingMessage,
	Params,
	RequestMessage,
	SingleMessage,
} from "./message.ts";
import type { Json, Settings } from "./options.ts";
import { RawJson } from "./raw-json.ts";
import { endOfValue, skipWhite, TOO_DEEP } from "./scan.ts";

type OutgoingParams = Params | RawJson;
type OutgoingItem = SingleMessage<OutgoingParams>;

/**
 * Writes a message as one line of text. Throws a `RangeError` beyond a limit, for an empty batch and for a number that
 * JSON does not have, a `TypeError` for a member of the wrong type and for what `JSON.stringify` refuses: a BigInt, a cycle.
 */
export function serialize(
	message: OutgoingMessage,
	{ maxLength, maxDepth, maxBatch, json }: Settings,
): string {
	const text =
		message.kind === "batch"
			? batch(message.items, maxBatch, json)
			: single(message, json);
	if (isLonger(text, maxLength))
		throw new RangeError(`A message may have ${maxLength} bytes at most`);
	// What was written decides; looking at the message first, which has no fewer levels, nearly always spares reading it.
	if (
		(json !== JSON || isDeeper(text, message, maxDepth, isOpaque)) &&
		endOfValue(text, 0, maxDepth) === TOO_DEEP
	)
		throw new RangeError(
			`A message may be nested ${maxDepth} levels deep at most`,
		);
	return text;
}

function batch(
	items: readonly OutgoingItem[],
	maxBatch: number,
	json: Json,
): string {
	if (items.length === 0)
		throw new RangeError("A batch must have one message at the least");
	if (items.length > maxBatch)
		throw new RangeError(
			`A batch may have ${maxBatch} messages at most, not ${items.length}`,
		);
	return `[${items.map((item) => single(item, json)).join(",")}]`;
}

// Putting the envelope around its values by hand is faster than to let JSON.stringify write it.
function single(message: OutgoingItem, json: Json): string {
	switch (message.kind) {
		case "request":
			return `{"jsonrpc":"2.0","id":${idText(message.id)},${call(message, json)}}`;
		case "notification":
			return `{"jsonrpc":"2.0",${call(message, json)}}`;
		case "success":
			return `{"jsonrpc":"2.0","id":${idText(message.id)},"result":${valueText("result", message.result, json)}}`;
		case "error":
			return `{"jsonrpc":"2.0","id":${idText(message.id)},"error":${errorText(message.error, json)}}`;
		case "invalid":
			return single(message.reply, json);
		default: {
			const { kind } = message as OutgoingMessage;
			throw new TypeError(`A message of kind "${kind}" cannot stand here`);
		}
	}
}

function call(
	message: RequestMessage<OutgoingParams> | NotificationMessage<OutgoingParams>,
	json: Json,
): string {
	const method = string("method", message.method);
	const params = ownMember(message, "params");
	if (params === undefined) return `"method":${method}`;
	const text = valueText("params", params, json);
	// Decided by the text: toJSON() can turn an object into anything.
	if (text[0] !== "[" && text[0] !== "{")
		throw new TypeError('"params" must be an array or an object');
	return `"method":${method},"params":${text}`;
}

function errorText(error: ErrorObject, json: Json): string {
	const { code } = error;
	if (!Number.isInteger(code))
		throw new RangeError(`"error.code" must be an integer, not ${code}`);
	const message = string("error.message", error.message);
	const data = ownMember(error, "data");
	return data === undefined
		? `{"code":${code},"message":${message}}`
		: `{"code":${code},"message":${message},"data":${valueText("error.data", data, json)}}`;
}

function idText(id: Id): string {
	if (id instanceof ExactId) return id.token;
	if (typeof id !== "number") return id === null ? "null" : string("id", id);
	if (!Number.isFinite(id))
		throw new RangeError(`"id" must be a finite number, not ${id}`);
	return `${id}`;
}

function string(member: string, value: string): string {
	if (typeof value !== "string")
		throw new TypeError(`"${member}" must not be of type ${typeof value}`);
	return JSON.stringify(value);
}

function valueText(member: string, value: unknown, json: Json): string {
	const text =
		value instanceof RawJson
			? oneValue(member, value.text)
			: json.stringify(value);
	if (typeof text !== "string")
		throw new TypeError(`"${member}" must be a value that JSON has`);
	// Only white space between tokens can be a line break; another library may put some there, to please the eye.
	return text.includes("\n") || text.includes("\r")
		? text.replaceAll(/[\n\r]/g, " ")
		: text;
}

/** Refuses text that would end the envelope's member early, and continue as another one. */
function oneValue(member: string, text: string): string {
	const start = skipWhite(text, 0);
	const end = endOfValue(text, start, Number.POSITIVE_INFINITY);
	if (end < 0 || skipWhite(text, end) !== text.length)
		throw new TypeError(`"${member}" must be the text of one JSON value`);
	return text.slice(start, end);
}

/** Reads an optional member, which must not be found in a polluted Object.prototype. */
function ownMember<T extends object, K extends keyof T>(
	value: T,
	name: K,
): T[K] | undefined {
	const member = value[name];
	return member === undefined || Object.hasOwn(value, name)
		? member
		: undefined;
}

/** Whether what is written of an object is not to be seen in it. */
function isOpaque(container: object): boolean {
	return "toJSON" in container && typeof container.toJSON === "function";
}
