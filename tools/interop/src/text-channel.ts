import { jsonRpcText, type Message } from "@framewright/json-rpc";
import type { MessageChannel } from "@framewright/json-rpc-peer";
import { deferred } from "./deferred.ts";

/** What carries whole texts, and tells of those that come. */
export interface TextLink {
	/** Resolves when there is room for more. */
	send(text: string): Promise<void>;
	/** Ends in peace; `ended` is called then. */
	close(): void;
	/** Ends now. */
	abort(): void;
}

export interface TextEvents {
	received(text: string): void;
	/** Both directions are over. */
	ended(): void;
	failed(reason: unknown): void;
}

/** Makes a channel of JSON-RPC messages of a transport that keeps texts apart. */
export function textChannel(
	open: (events: TextEvents) => TextLink,
): MessageChannel {
	const codec = jsonRpcText();
	const closed = deferred();
	closed.promise.catch(() => {});
	let inbox: ReadableStreamDefaultController<Message> | undefined;
	const messages = new ReadableStream<Message>({
		start: (controller) => {
			inbox = controller;
		},
	});
	let isOver = false;
	const over = (end: () => void): void => {
		if (isOver) return;
		isOver = true;
		end();
	};
	const fail = (reason: unknown): void =>
		over(() => {
			inbox?.error(reason);
			closed.reject(reason);
		});
	const link = open({
		received: (text) => {
			if (!isOver) inbox?.enqueue(codec.decode(text));
		},
		ended: () =>
			over(() => {
				inbox?.close();
				closed.resolve();
			}),
		failed: fail,
	});
	return {
		closed: closed.promise,
		send: async (message) => await link.send(codec.encode(message)),
		async close() {
			link.close();
			await closed.promise;
		},
		abort(reason = new DOMException("The channel was aborted", "AbortError")) {
			fail(reason);
			link.abort();
		},
		[Symbol.asyncIterator]: () => messages.values(),
	};
}
