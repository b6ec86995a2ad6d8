import { isDeeper, isLonger } from "./limits.ts";
import type {
	ErrorObject,
	Id,
	Message,
	NotificationMessage,
	RequestMessage,
	SingleMessage,
} from "./message.ts";
import type { Settings } from "./options.ts";

/**
 * Writes a message as one line of text. Throws a `RangeError` beyond a limit, for an empty batch and for a number that
 * JSON does not have, a `TypeError` for a member of the wrong type and for what `JSON.stringify` refuses: a BigInt, a cycle.
 */
export function serialize(message: Message, settings: Settings): string {
	const { maxLength, maxDepth, maxBatch } = settings;
	const text =
		message.kind === "batch" ? batch(message.items, maxBatch) : single(message);
	if (isLonger(text, maxLength))
		throw new RangeError(`A message may have ${maxLength} bytes at most`);
	// What was written decides; looking at the message first, which has no fewer levels, nearly always spares reading it.
	if (
		isDeeper(text, message, maxDepth, hasToJSON) &&
		isDeeper(text, JSON.parse(text), maxDepth)
	)
		throw new RangeError(
			`A message may be nested ${maxDepth} levels deep at most`,
		);
	return text;
}

function batch(items: readonly SingleMessage[], maxBatch: number): string {
	if (items.length === 0)
		throw new RangeError("A batch must have one message at the least");
	if (items.length > maxBatch)
		throw new RangeError(
			`A batch may have ${maxBatch} messages at most, not ${items.length}`,
		);
	return `[${items.map(single).join(",")}]`;
}

// Putting the envelope around its values by hand is faster than to let JSON.stringify write it.
function single(message: SingleMessage): string {
	switch (message.kind) {
		case "request":
			return `{"jsonrpc":"2.0","id":${idText(message.id)},${call(message)}}`;
		case "notification":
			return `{"jsonrpc":"2.0",${call(message)}}`;
		case "success":
			return `{"jsonrpc":"2.0","id":${idText(message.id)},"result":${json("result", message.result)}}`;
		case "error":
			return `{"jsonrpc":"2.0","id":${idText(message.id)},"error":${errorText(message.error)}}`;
		case "invalid":
			return single(message.reply);
		default: {
			const { kind } = message as Message;
			throw new TypeError(`A message of kind "${kind}" cannot stand here`);
		}
	}
}

function call(message: RequestMessage | NotificationMessage): string {
	const method = string("method", message.method);
	const params = ownMember(message, "params");
	if (params === undefined) return `"method":${method}`;
	const text = json("params", params);
	// Decided by the text: toJSON() can turn an object into anything.
	if (text[0] !== "[" && text[0] !== "{")
		throw new TypeError('"params" must be an array or an object');
	return `"method":${method},"params":${text}`;
}

function errorText(error: ErrorObject): string {
	const { code } = error;
	if (!Number.isInteger(code))
		throw new RangeError(`"error.code" must be an integer, not ${code}`);
	const message = string("error.message", error.message);
	const data = ownMember(error, "data");
	return data === undefined
		? `{"code":${code},"message":${message}}`
		: `{"code":${code},"message":${message},"data":${json("error.data", data)}}`;
}

function idText(id: Id): string {
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

function json(member: string, value: unknown): string {
	const text: string | undefined = JSON.stringify(value);
	if (text === undefined)
		throw new TypeError(`"${member}" must be a value that JSON has`);
	return text;
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

function hasToJSON(container: object): boolean {
	return "toJSON" in container && typeof container.toJSON === "function";
}
