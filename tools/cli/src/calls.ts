// Ties answers to calls: the least that `framewright call`, `framewright serve` and the demonstration of this repository
// need. The package json-rpc-peer will replace it.

import type { Skipped } from "@framewright/codec";
import {
	type BatchMessage,
	type ErrorObject,
	type Id,
	jsonRpc,
	type Message,
	type Params,
	type SingleMessage,
} from "@framewright/json-rpc";
import type { Channel } from "@framewright/streams";

/** Answers a call; what it returns, or what its promise resolves with, is the result. */
export type Method = (params: Params | undefined) => unknown;

/** Methods by name; a map, so that `toString` and `__proto__` are unknown like any other name. */
export type Methods = ReadonlyMap<string, Method>;

/** An error response, as a call rejects with it. Whatever a method throws with such a `code` is sent to the caller, too. */
export class ErrorResponse extends Error implements ErrorObject {
	override readonly name = "ErrorResponse";
	readonly code: number;
	readonly data?: unknown;

	constructor({ code, message, data }: ErrorObject) {
		super(message);
		this.code = code;
		if (data !== undefined) this.data = data;
	}
}

const METHOD_NOT_FOUND: ErrorObject = {
	code: -32601,
	message: "Method not found",
};
const INTERNAL_ERROR: ErrorObject = { code: -32603, message: "Internal error" };

const codec = jsonRpc();

/** A connection that carries messages, whatever its framing may skip on the way. */
export type MessageChannel = Channel<Message | Skipped, Message>;

/** Is told of input that the framing stepped over. */
export type OnSkipped = (skipped: Skipped) => void;

/** Requests that one peer may have under way; beyond it, the channel is not read until one is answered. */
const MAX_UNDER_WAY = 64;

/**
 * Answers requests until the peer ends its side, then closes the channel. Rejects when the channel fails, with the
 * `DecodeError` where the peer's bytes are at fault.
 */
export async function serve(
	channel: MessageChannel,
	methods: Methods,
	onSkipped?: OnSkipped,
): Promise<void> {
	const underWay = new Set<Promise<void>>();
	for await (const message of channel) {
		if (message.kind === "skipped") {
			onSkipped?.(message);
			continue;
		}
		const answered = answer(channel, message, methods)
			.catch((error) => channel.abort(error))
			.finally(() => underWay.delete(answered));
		underWay.add(answered);
		if (underWay.size >= MAX_UNDER_WAY) await Promise.race(underWay);
	}
	await Promise.all(underWay);
	await channel.close();
}

/** The calling side of a channel. */
export interface Caller {
	/** Calls a method. Rejects with an `ErrorResponse`, with the reason of `signal`, or with what ended the channel. */
	call(
		method: string,
		params?: Params,
		options?: { readonly signal?: AbortSignal },
	): Promise<unknown>;
	/** Sends a notification, which is never answered. */
	notify(method: string, params?: Params): Promise<void>;
	/** Half-closes the channel: sends what was not sent yet, then the end. Calls under way may still be answered. */
	close(): Promise<void>;
}

/** Makes calls over a channel, and reads it for their answers; a request of the peer's is answered with -32601. */
export function caller(channel: MessageChannel, onSkipped?: OnSkipped): Caller {
	const pending = new Map<
		Id,
		{ resolve(result: unknown): void; reject(reason: unknown): void }
	>();
	let lastId = 0;
	let ended: { readonly reason: unknown } | undefined;

	function settle(message: SingleMessage): void {
		if (message.kind !== "success" && message.kind !== "error") return;
		let { id } = message;
		// An error without an id tells of a request that the peer could not read: the one under way, if there is only one.
		if (message.kind === "error" && id === null && pending.size === 1)
			[id = null] = pending.keys();
		const call = pending.get(id);
		// The answer to a call that was aborted, or to none at all.
		if (call === undefined) return;
		if (message.kind === "success") call.resolve(message.result);
		else call.reject(new ErrorResponse(message.error));
	}

	async function read(): Promise<void> {
		for await (const message of channel) {
			if (message.kind === "skipped") {
				onSkipped?.(message);
				continue;
			}
			const items = message.kind === "batch" ? message.items : [message];
			for (const item of items) settle(item);
			await answer(channel, message, new Map());
		}
		throw new Error("the peer closed the connection before it answered");
	}
	read().catch((reason: unknown) => {
		ended = { reason };
		for (const call of pending.values()) call.reject(reason);
	});

	return {
		async call(method, params, { signal } = {}) {
			signal?.throwIfAborted();
			if (ended !== undefined) throw ended.reason;
			const id = ++lastId;
			let abort: (() => void) | undefined;
			try {
				return await new Promise((resolve, reject) => {
					pending.set(id, { resolve, reject });
					abort = () => reject(signal?.reason);
					signal?.addEventListener("abort", abort);
					channel
						.send(request({ kind: "request", id, method }, params))
						.catch(reject);
				});
			} finally {
				pending.delete(id);
				if (abort !== undefined) signal?.removeEventListener("abort", abort);
			}
		},
		notify: (method, params) =>
			channel.send(request({ kind: "notification", method }, params)),
		close: () => channel.close(),
	};
}

function request<T extends object>(head: T, params: Params | undefined): T {
	return params === undefined ? head : { ...head, params };
}

async function answer(
	channel: MessageChannel,
	message: Message,
	methods: Methods,
): Promise<void> {
	const reply =
		message.kind === "batch"
			? await replyToBatch(message, methods)
			: await replyTo(message, methods);
	if (reply === undefined) return;
	try {
		await channel.send(reply);
	} catch {
		// Nothing was sent of a reply that cannot be written: a BigInt, a cycle, more than a frame can carry. If it was the
		// channel that failed, then this fails as well.
		await channel.send(
			reply.kind === "batch"
				? { kind: "batch", items: reply.items.map(writable) }
				: refusal(reply),
		);
	}
}

/** The reply, or an error in its place where it cannot be written. */
function writable(reply: SingleMessage): SingleMessage {
	try {
		codec.encode(reply);
		return reply;
	} catch {
		return refusal(reply);
	}
}

function refusal(reply: SingleMessage): SingleMessage {
	const id = "id" in reply ? reply.id : null;
	return { kind: "error", id, error: INTERNAL_ERROR };
}

async function replyToBatch(
	batch: BatchMessage,
	methods: Methods,
): Promise<BatchMessage | undefined> {
	const replies = await Promise.all(
		batch.items.map((item) => replyTo(item, methods)),
	);
	const items = replies.filter((reply) => reply !== undefined);
	return items.length === 0 ? undefined : { kind: "batch", items };
}

async function replyTo(
	message: SingleMessage,
	methods: Methods,
): Promise<SingleMessage | undefined> {
	// Encoding an invalid message writes the reply to it.
	if (message.kind === "invalid") return message;
	if (message.kind !== "request" && message.kind !== "notification")
		return undefined;
	const method = methods.get(message.method);
	const id = message.kind === "request" ? message.id : undefined;
	try {
		if (method === undefined) throw METHOD_NOT_FOUND;
		const result = (await method(message.params)) ?? null;
		return id === undefined ? undefined : { kind: "success", id, result };
	} catch (thrown) {
		return id === undefined
			? undefined
			: { kind: "error", id, error: errorOf(thrown) };
	}
}

/** Only an error with a code of its own was meant for the caller; any other may tell of paths and secrets. */
function errorOf(thrown: unknown): ErrorObject {
	if (typeof thrown !== "object" || thrown === null) return INTERNAL_ERROR;
	const { code, message, data } = thrown as Partial<ErrorObject>;
	// Own: a DOMException inherits a number.
	return Object.hasOwn(thrown, "code") &&
		Number.isSafeInteger(code) &&
		typeof message === "string"
		? { code: code as number, message, ...(data === undefined ? {} : { data }) }
		: INTERNAL_ERROR;
}
