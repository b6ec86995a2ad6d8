import type { ErrorObject } from "@framewright/json-rpc";
import type { SchemaIssue } from "./standard-schema.ts";

/** The codes of section 5.1, and those that the peer or a dialect adds from the ranges that are theirs. */
export const errorCodes = {
	parseError: -32700,
	invalidRequest: -32600,
	methodNotFound: -32601,
	invalidParams: -32602,
	internalError: -32603,
	/** Ours: too many requests are waiting. */
	busy: -32000,
	/** Ours: the peer is closing. */
	closing: -32001,
	/** LSP's: the request was cancelled. */
	requestCancelled: -32800,
} as const;

/**
 * An error that crosses the wire: a call rejects with it when the remote answers with an error, and a handler that throws
 * it answers with exactly this. Whatever else a handler throws is hidden behind -32603.
 *
 *     throw new ResponseError(-32602, "Invalid params", { name: "path" })
 *     <-- {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params","data":{"name":"path"}}}
 */
export class ResponseError extends Error implements ErrorObject {
	override readonly name = "ResponseError";
	/** An integer; -32768 to -32000 are reserved (section 5.1). */
	readonly code: number;
	declare readonly data?: unknown;

	constructor(code: number, message: string, data?: unknown) {
		super(message);
		this.code = code;
		if (data !== undefined) this.data = data;
	}
}

/**
 * What can go wrong with a call although nobody answered it with an error:
 *
 * - `timeout`: no answer came in time
 * - `closed`: the peer was closed, or the remote has ended its side
 * - `unanswered`: the answer to the batch came without one to this call; `cause` is the error that came in its place, if any
 * - `invalid-result`: the result is not what the contract says; `issues` has the details
 * - `too-many-calls`: `maxCalls` are in flight
 * - `cancelled`: the remote cancelled the request; the reason of a handler's `signal`, no call rejects with it
 * - `too-many-invalid`: the remote sent what is no message, again and again; what the channel is aborted with
 */
export type PeerErrorCode =
	| "timeout"
	| "closed"
	| "unanswered"
	| "invalid-result"
	| "too-many-calls"
	| "cancelled"
	| "too-many-invalid";

/** Tells why a call has no answer, or why the peer gave up. */
export class PeerError extends Error {
	override readonly name = "PeerError";
	readonly code: PeerErrorCode;
	/** What a schema found, with `invalid-result`. */
	declare readonly issues?: readonly SchemaIssue[];

	constructor(
		code: PeerErrorCode,
		message: string,
		{ issues, ...options }: PeerErrorDetails = {},
	) {
		super(message, options);
		this.code = code;
		if (issues !== undefined) this.issues = issues;
	}
}

interface PeerErrorDetails {
	readonly cause?: unknown;
	readonly issues?: readonly SchemaIssue[];
}

/** Says what a response may tell of what a handler threw. */
export function errorObject(thrown: unknown, exposes: boolean): ErrorObject {
	if (thrown instanceof ResponseError) {
		const { code, message, data } = thrown;
		return data === undefined ? { code, message } : { code, message, data };
	}
	return exposes && thrown instanceof Error
		? { code: errorCodes.internalError, message: thrown.message }
		: INTERNAL_ERROR;
}

export const INTERNAL_ERROR: ErrorObject = {
	code: errorCodes.internalError,
	message: "Internal error",
};
