/** What ties a response to its request. `1` and `"1"` are different ids. */
export type Id = string | number | null;

/** Arguments by position or by name (section 4.2). */
export type Params = readonly unknown[] | { readonly [name: string]: unknown };

/** A call that must be answered, even when its id is null (section 4). */
export interface RequestMessage {
	readonly kind: "request";
	readonly id: Id;
	readonly method: string;
	readonly params?: Params;
}

/** A call that must not be answered: it has no id at all (section 4.1). */
export interface NotificationMessage {
	readonly kind: "notification";
	readonly method: string;
	readonly params?: Params;
}

/** The answer to a request that succeeded (section 5). */
export interface SuccessMessage {
	readonly kind: "success";
	readonly id: Id;
	readonly result: unknown;
}

/** The answer to a request that failed; its id is null where the request's could not be read (section 5). */
export interface ErrorMessage {
	readonly kind: "error";
	readonly id: Id;
	readonly error: ErrorObject;
}

/** Says what went wrong (section 5.1). */
export interface ErrorObject {
	/** An integer; -32768 to -32000 are reserved. */
	readonly code: number;
	readonly message: string;
	readonly data?: unknown;
}

/** Input that is no JSON-RPC message, and the answer that the specification demands. Encoding it writes that answer. */
export interface InvalidMessage {
	readonly kind: "invalid";
	/** What was expected and what was found, for a log; it is not part of the reply. */
	readonly reason: string;
	/** -32700 for what is not JSON or beyond `maxLength` or `maxDepth`, -32600 for JSON that is not a message. */
	readonly reply: ErrorMessage;
}

/** What is no batch. */
export type SingleMessage =
	| RequestMessage
	| NotificationMessage
	| SuccessMessage
	| ErrorMessage
	| InvalidMessage;

/** Several messages in one array, never empty (section 6). An array of one stays a batch: its answer must be an array. */
export interface BatchMessage {
	readonly kind: "batch";
	readonly items: readonly SingleMessage[];
}

/** Whatever a peer can send, told apart by `kind`. */
export type Message = SingleMessage | BatchMessage;
