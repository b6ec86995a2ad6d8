// Ties requests to their answers, as pure data: no I/O, no timers, no promises. A request is answered by whoever takes it
// out of the table; so it is answered once. The answers to a batch are kept until all are there.

import {
	type BatchMessage,
	ExactId,
	type Id,
	idKey,
	type SingleMessage,
} from "@framewright/json-rpc";
import type { Response } from "./call-table.ts";

/** What the table needs to know of a request; it sets the key. */
export interface TableRequest {
	readonly id: Id;
	key: string | number;
	/** The answer that its own becomes a part of. */
	readonly batch: ReplyBatch | undefined;
}

/** An array of answers in the making. */
export class ReplyBatch {
	readonly answers: SingleMessage[] = [];
	/** Requests that are not answered yet. */
	open = 0;
	/** Whether the batch was read to its end, so that no more requests join. */
	isRead = false;

	/** The whole answer, if this is the moment to send it. A batch of which nothing is answered has none (section 6). */
	whenComplete(): BatchMessage | undefined {
		return this.isRead && this.open === 0 && this.answers.length > 0
			? { kind: "batch", items: this.answers }
			: undefined;
	}
}

/** What to send now. */
export type Reply = SingleMessage | BatchMessage;

/** The requests that are to be answered. */
export class RequestTable<R extends TableRequest> {
	readonly #requests: Map<string | number, R> = new Map();

	/** Requests that are not answered yet. */
	get size(): number {
		return this.#requests.size;
	}

	/** Takes in a request. Returns false if another one of its id is not answered yet: nobody could tell their answers apart. */
	open(request: R): boolean {
		request.key = keyOf(request.id);
		if (this.#requests.has(request.key)) return false;
		this.#requests.set(request.key, request);
		if (request.batch !== undefined) request.batch.open += 1;
		return true;
	}

	/** Finds the request that a cancellation means, by an id that went through a parser. */
	find(id: Id): R | undefined {
		const request = this.#requests.get(keyOf(id));
		if (request !== undefined || typeof id !== "number") return request;
		// 1.0 and 9007199254740993 lose their last digits in the params of a cancellation, where ids are any numbers.
		for (const request of this.#requests.values())
			if (request.id instanceof ExactId && Number(request.id.token) === id)
				return request;
		return undefined;
	}

	/** Takes out a request with its answer, or without one where it must not be answered. Returns what is to be sent. */
	answer(request: R, response: Response | undefined): Reply | undefined {
		if (!this.has(request)) return undefined;
		this.#requests.delete(request.key);
		const { batch } = request;
		if (batch === undefined) return response;
		batch.open -= 1;
		if (response !== undefined) batch.answers.push(response);
		return batch.whenComplete();
	}

	/** Whether the request is still to be answered. */
	has(request: R): boolean {
		return this.#requests.get(request.key) === request;
	}

	/** Takes out all requests: nobody is there to answer. */
	clear(): void {
		this.#requests.clear();
	}
}

/** The key of an id. A number is one itself: no other id has a number as its key, and none needs to be made. */
function keyOf(id: Id): string | number {
	return typeof id === "number" ? id : idKey(id);
}
