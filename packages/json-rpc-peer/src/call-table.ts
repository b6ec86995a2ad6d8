// Ties answers to calls, as pure data: no I/O, no timers, no promises. Whatever happens to a call takes it out of the table,
// and only who takes it out may settle it; so it is settled once.

import {
	type ErrorMessage,
	ExactId,
	type Id,
	type SuccessMessage,
} from "@framewright/json-rpc";

export type Response = SuccessMessage | ErrorMessage;

/** What the table needs to know of a call; it sets both. */
export interface TableCall {
	id: number;
	/** The calls of its batch that are still in flight. */
	batch: Set<this> | undefined;
}

/** What an array of responses means. */
export interface BatchAnswer<C> {
	readonly answered: readonly {
		readonly call: C;
		readonly response: Response;
	}[];
	/** Calls of the same batches that it does not answer: they never will be. */
	readonly missing: readonly C[];
	/** Responses to no call in flight. */
	readonly unknown: readonly Response[];
}

/** The calls that await their answers. Ids are whole numbers from 1 on, never used twice. */
export class CallTable<C extends TableCall> {
	readonly #isLoose: boolean;
	readonly #calls: Map<number, C> = new Map();
	readonly #batches: Set<Set<C>> = new Set();
	#lastId = 0;

	/** With `isLoose`, an id of `"1"` or `1.0` answers call 1. */
	constructor(isLoose: boolean) {
		this.#isLoose = isLoose;
	}

	/** Calls in flight. */
	get size(): number {
		return this.#calls.size;
	}

	/** The id that the next call will get. */
	get nextId(): number {
		return this.#lastId + 1;
	}

	/** Puts a call in flight. */
	open(call: C): void {
		call.id = ++this.#lastId;
		this.#calls.set(call.id, call);
	}

	/** Notes that calls in flight go out as one batch. */
	openBatch(calls: readonly C[]): void {
		const batch = new Set(calls.filter((call) => this.has(call)));
		for (const call of batch) call.batch = batch;
		if (batch.size > 0) this.#batches.add(batch);
	}

	/** Takes out a call that will not be waited for. Returns false if it is out already. */
	close(call: C): boolean {
		if (!this.has(call)) return false;
		this.#take(call);
		return true;
	}

	/** Takes out the call that a response answers. The answer to a call in a batch may come alone, from lenient servers. */
	answer({ id }: Response): C | undefined {
		const call = this.#find(id);
		if (call !== undefined) this.#take(call);
		return call;
	}

	/** Takes out the calls that an array of responses answers, and those that it should have answered. */
	answerBatch(responses: readonly Response[]): BatchAnswer<C> {
		const answered: { call: C; response: Response }[] = [];
		const unknown: Response[] = [];
		const batches = new Set<Set<C>>();
		for (const response of responses) {
			const call = this.#find(response.id);
			if (call === undefined) {
				unknown.push(response);
				continue;
			}
			if (call.batch !== undefined) batches.add(call.batch);
			this.#take(call);
			answered.push({ call, response });
		}
		const missing = [...batches].flatMap((batch) => [...batch]);
		for (const call of missing) this.#take(call);
		return { answered, missing, unknown };
	}

	/**
	 * Takes out what an error without an id is about: the remote could not read what we sent, and whoever cannot read a
	 * batch says so only once. That is the only batch in flight; without a batch, the only call. Otherwise nobody knows.
	 */
	answerUnread(): readonly C[] {
		const [batch] = this.#batches;
		const calls =
			this.#batches.size === 1
				? [...(batch ?? [])]
				: this.#calls.size === 1
					? [...this.#calls.values()]
					: [];
		for (const call of calls) this.#take(call);
		return calls;
	}

	/** Takes out all calls. */
	clear(): readonly C[] {
		const calls = [...this.#calls.values()];
		this.#calls.clear();
		this.#batches.clear();
		return calls;
	}

	/** Whether the call is in flight. */
	has(call: C): boolean {
		return this.#calls.get(call.id) === call;
	}

	#find(id: Id): C | undefined {
		if (typeof id === "number") return this.#calls.get(id);
		if (!this.#isLoose || id === null) return undefined;
		const text = id instanceof ExactId ? `${Number(id.token)}` : id;
		// No other text than the one that we would write: Number("") is 0, and Number(" 0x1 ") is 1.
		return /^[1-9]\d*$/.test(text) ? this.#calls.get(Number(text)) : undefined;
	}

	#take(call: C): void {
		this.#calls.delete(call.id);
		const { batch } = call;
		if (batch === undefined) return;
		batch.delete(call);
		if (batch.size === 0) this.#batches.delete(batch);
	}
}
