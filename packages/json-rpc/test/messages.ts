import type {
	BatchMessage,
	Id,
	InvalidMessage,
	NotificationMessage,
	Params,
	RequestMessage,
	SingleMessage,
	SuccessMessage,
} from "@framewright/json-rpc";
import { expect } from "vitest";

export function request(
	id: Id,
	method: string,
	params?: Params,
): RequestMessage {
	return params === undefined
		? { kind: "request", id, method }
		: { kind: "request", id, method, params };
}

export function notification(
	method: string,
	params?: Params,
): NotificationMessage {
	return params === undefined
		? { kind: "notification", method }
		: { kind: "notification", method, params };
}

export function success(id: Id, result: unknown): SuccessMessage {
	return { kind: "success", id, result };
}

export function batch(...items: SingleMessage[]): BatchMessage {
	return { kind: "batch", items };
}

/** What must come out for a fault: the reason in full, or a pattern where the engine has its say. */
export function invalid(
	code: -32700 | -32600,
	reason: string | RegExp,
	id: Id = null,
): InvalidMessage {
	const message = code === -32700 ? "Parse error" : "Invalid Request";
	return {
		kind: "invalid",
		reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
		reply: { kind: "error", id, error: { code, message } },
	};
}

/** The same for a response, which must not be answered. */
export function invalidResponse(reason: string): InvalidMessage {
	return { ...invalid(-32600, reason), isResponse: true };
}
