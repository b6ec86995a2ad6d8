import type { ErrorObject, Id, Params } from "@framewright/json-rpc";
import { errorCodes } from "./errors.ts";

/**
 * What JSON-RPC leaves open and protocols on top of it fill in, each in its own way: how a call is cancelled, and how its
 * progress is told. Plain functions between values; write your own, or spread one of `lsp` and `mcp`.
 */
export interface Dialect {
	readonly cancellation?: Cancellation;
	readonly progress?: Progress;
}

/** How a caller takes a request back. */
export interface Cancellation {
	/** The notification's name. */
	readonly method: string;
	/** Writes its params. `reason` is what the call was aborted with. */
	params(id: Id, reason: unknown): Params;
	/** Reads the id of the request, or `undefined` where the params are not ours. */
	id(params: unknown): Id | undefined;
	/** Reads why, for the message of a handler's `signal.reason`. */
	reason?(params: unknown): string | undefined;
	/** The error that answers a cancelled request; without one, a cancelled request must not be answered. */
	readonly answer?: ErrorObject;
	/** The methods whose requests cannot be cancelled. */
	readonly never?: readonly string[];
}

/** What ties progress to its request. */
export type ProgressToken = string | number;

/** Whether something is told of the work, or a part of the result is handed over (LSP tells these apart). */
export type ProgressKind = "progress" | "partialResult";

/** How a handler tells how far it is. */
export interface Progress {
	/** The notification's name. */
	readonly method: string;
	/** Asks for progress in a request's params. Throws a `TypeError` for params that cannot carry the token. */
	ask(
		params: Params | undefined,
		kind: ProgressKind,
		token: ProgressToken,
	): Params;
	/** Reads the token from a request's params. */
	asked(params: unknown, kind: ProgressKind): ProgressToken | undefined;
	/** Writes the notification's params. */
	params(token: ProgressToken, value: unknown): Params;
	/** Reads the notification's params, or `undefined` where they are not ours. */
	read(
		params: unknown,
	): { readonly token: ProgressToken; readonly value: unknown } | undefined;
}

/**
 * The dialect of the Language Server Protocol 3.17, and of whatever is built on vscode-jsonrpc:
 *
 *     --> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"workDoneToken":1}}
 *     <-- {"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":{"kind":"begin","title":"Indexing"}}}
 *     --> {"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}
 *     <-- {"jsonrpc":"2.0","id":1,"error":{"code":-32800,"message":"Request cancelled"}}
 */
export const lsp: Dialect = {
	cancellation: {
		method: "$/cancelRequest",
		params: (id) => ({ id }),
		id: (params) => idOf(member(params, "id")),
		answer: {
			code: errorCodes.requestCancelled,
			message: "Request cancelled",
		},
	},
	progress: {
		method: "$/progress",
		ask: (params, kind, token) => ({
			...named(params),
			[lspToken[kind]]: token,
		}),
		asked: (params, kind) => tokenOf(member(params, lspToken[kind])),
		params: (token, value) => ({ token, value }),
		read(params) {
			const token = tokenOf(member(params, "token"));
			return token === undefined
				? undefined
				: { token, value: member(params, "value") };
		},
	},
};

const lspToken = {
	progress: "workDoneToken",
	partialResult: "partialResultToken",
} as const;

/**
 * The dialect of the Model Context Protocol, revision 2025-11-25. Its progress is an object, or a number for short:
 * `{ progress, total?, message? }`.
 *
 *     --> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"dig","_meta":{"progressToken":1}}}
 *     <-- {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":2,"total":5}}
 *     --> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"This operation was aborted"}}
 *                                                     and no answer
 */
export const mcp: Dialect = {
	cancellation: {
		method: "notifications/cancelled",
		params: (requestId, reason) => ({
			requestId,
			reason: reason instanceof Error ? reason.message : String(reason),
		}),
		id: (params) => idOf(member(params, "requestId")),
		reason(params) {
			const reason = member(params, "reason");
			return typeof reason === "string" ? reason : undefined;
		},
		never: ["initialize"],
	},
	progress: {
		method: "notifications/progress",
		ask(params, kind, progressToken) {
			if (kind !== "progress")
				throw new TypeError("MCP has no partial results");
			const given = named(params);
			const _meta = { ...named(member(given, "_meta")), progressToken };
			return { ...given, _meta };
		},
		asked: (params, kind) =>
			kind === "progress"
				? tokenOf(member(member(params, "_meta"), "progressToken"))
				: undefined,
		params: (progressToken, value) => ({
			...(typeof value === "object" ? value : { progress: value }),
			progressToken,
		}),
		read(params) {
			const token = tokenOf(member(params, "progressToken"));
			if (token === undefined) return undefined;
			const { progressToken, ...value } = named(params);
			return { token, value };
		},
	},
};

type Members = { readonly [name: string]: unknown };

function isMembers(value: unknown): value is Members {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a member of what may be anything; only its own, whatever the remote has called it. */
function member(value: unknown, name: string): unknown {
	return isMembers(value) && Object.hasOwn(value, name)
		? value[name]
		: undefined;
}

/** Params to which a member can be added. */
function named(params: unknown): Members {
	if (params === undefined) return {};
	if (isMembers(params)) return params;
	throw new TypeError(
		"Only params that are an object can carry a progress token",
	);
}

function idOf(value: unknown): Id | undefined {
	return typeof value === "string" || typeof value === "number"
		? value
		: undefined;
}

function tokenOf(value: unknown): ProgressToken | undefined {
	return typeof value === "string" || typeof value === "number"
		? value
		: undefined;
}
