import type { Id } from "./id.ts";
import type { RawJson } from "./raw-json.ts";

/** Arguments by position or by name (section 4.2). */
export type Params = readonly unknown[] | { readonly [name: string]: unknown };

/** A call that must be answered, even when its id is null (section 4). */
export interface RequestMessage<P = Params> {
	readonly kind: "request";
	readonly id: Id;
	readonly method: string;
	readonly params?: P;
}

/** A call that must not be answered: it has no id at all (section 4.1). */
export interface NotificationMessage<P = Params> {
	readonly kind: "notification";
	readonly method: string;
	readonly params?: P;
}

/** The answer to a request that succeeded (section 5). */
export interface SuccessMessage<V = unknown> {
	readonly kind: "success";
	readonly id: Id;
	readonly result: V;
}

/** The answer to a request that failed; its id is null where the request's could not be read (section 5). */
export interface ErrorMessage<V = unknown> {
	readonly kind: "error";
	readonly id: Id;
	readonly error: ErrorObject<V>;
}

/** Says what went wrong (section 5.1). */
export interface ErrorObject<V = unknown> {
	/** An integer; -32768 to -32000 are reserved. */
	readonly code: number;
	readonly message: string;
	readonly data?: V;
}

/** Input that is no JSON-RPC message, and the answer that the specification demands. Encoding it writes that answer. */
export interface InvalidMessage {
	readonly kind: "invalid";
	/** What was expected and what was found, for a log; it is not part of the reply. */
	readonly reason: string;
	/** -32700 for what is not JSON or beyond `maxLength` or `maxDepth`, -32600 for JSON that is not a message. */
	readonly reply: ErrorMessage<never>;
	/** Set where `result` or `error` was there: a response is never answered, or its sender would take that for an answer. */
	readonly isResponse?: true;
}

/** What is no batch. */
export type SingleMessage<P = Params, V = unknown> =
	| RequestMessage<P>
	| NotificationMessage<P>
	| SuccessMessage<V>
	| ErrorMessage<V>
	| InvalidMessage;

/** Several messages in one array, never empty (section 6). An array of one stays a batch: its answer must be an array. */
export interface BatchMessage<P = Params, V = unknown> {
	readonly kind: "batch";
	readonly items: readonly SingleMessage<P, V>[];
}

/** Whatever a peer can send, told apart by `kind`. `P` is the type of `params`, `V` that of `result` and `error.data`. */
export type Message<P = Params, V = unknown> =
	| SingleMessage<P, V>
	| BatchMessage<P, V>;

/** A message whose values were left as they came. */
export type RawMessage = Message<RawJson, RawJson>;

/** What can be sent: values of either kind. */
export type OutgoingMessage = Message<Params | RawJson>;
