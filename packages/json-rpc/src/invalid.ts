import type { Id } from "./id.ts";
import type { InvalidMessage } from "./message.ts";

/** Answers what is not JSON, or beyond a limit (-32700, section 5.1). */
export function parseError(reason: string): InvalidMessage {
	const error = { code: -32700, message: "Parse error" };
	return { kind: "invalid", reason, reply: { kind: "error", id: null, error } };
}

/** Answers JSON that is not a message (-32600, section 5.1). */
export function invalidRequest(reason: string, id: Id = null): InvalidMessage {
	const error = { code: -32600, message: "Invalid Request" };
	return { kind: "invalid", reason, reply: { kind: "error", id, error } };
}

/** Tells a value in a few characters. */
export function show(value: unknown): string {
	if (value === undefined) return "nothing";
	if (Array.isArray(value)) return "an array";
	if (typeof value === "string" && value.length > 40)
		return `a string of ${value.length} characters`;
	return typeof value === "object" && value !== null
		? "an object"
		: JSON.stringify(value);
}
