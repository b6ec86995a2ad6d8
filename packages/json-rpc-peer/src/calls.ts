import type { ErrorMessage } from "@framewright/json-rpc";
import {
	Batching,
	notificationOf,
	type SentParams,
	type SentRequest,
} from "./batch.ts";
import { Call } from "./call.ts";
import { CallTable, type Response } from "./call-table.ts";
import type { ProgressToken } from "./dialect.ts";
import { PeerError, ResponseError } from "./errors.ts";
import type { Line } from "./line.ts";
import { invalidResult } from "./methods.ts";
import { checkTimeout, type Settings } from "./options.ts";
import { plain } from "./plain.ts";
import { hasWishes, ProgressListeners, type Wishes } from "./progress.ts";
import type { SchemaResult, StandardSchemaV1 } from "./standard-schema.ts";

/** What a call can be told. */
export interface CallOptions extends Wishes {
	/** Takes the call back: it rejects with the signal's reason, and the dialect's cancellation is sent. */
	readonly signal?: AbortSignal | undefined;
	/** Milliseconds until the call rejects with `timeout` and is cancelled, or Infinity. Default: the peer's. */
	readonly timeout?: number | undefined;
	/** Whether progress starts the timeout anew. For a limit on the whole, pass an `AbortSignal.timeout()`. Default: false. */
	readonly resetTimeoutOnProgress?: boolean | undefined;
	/** Asks the remote for progress, and is told of it. Needs a dialect, and params that are an object or nothing. */
	readonly onProgress?: ((value: unknown) => void) | undefined;
	/** Asks the remote for the result in parts, and is given them (LSP). */
	readonly onPartialResult?: ((value: unknown) => void) | undefined;
}

/** Our calls: sends them, and settles each one once. */
export class Calls {
	readonly #line: Line;
	readonly #settings: Settings;
	readonly #schemas: ReadonlyMap<string, StandardSchemaV1>;
	readonly #onSettled: () => void;
	readonly #table: CallTable<Call>;
	readonly #progress: ProgressListeners;
	/** What new calls reject with. */
	#refusal: { readonly reason: unknown } | undefined;

	constructor(
		line: Line,
		settings: Settings,
		schemas: ReadonlyMap<string, StandardSchemaV1>,
		onSettled: () => void,
	) {
		this.#line = line;
		this.#settings = settings;
		this.#schemas = schemas;
		this.#onSettled = onSettled;
		this.#table = new CallTable(settings.looseIds);
		this.#progress = new ProgressListeners(settings.dialect.progress, (error) =>
			this.#fault(error),
		);
	}

	/** Calls in flight. */
	get size(): number {
		return this.#table.size;
	}

	/** Sends a request; whatever keeps it from being sent, the promise rejects with. */
	request(
		method: string,
		params: SentParams,
		options?: CallOptions,
	): Promise<unknown> {
		return new Promise((resolve, reject) => {
			const call = new Call(method, resolve, reject);
			const message = this.#open(call, params, options);
			call.isSent = true;
			this.#line
				.send(message)
				.catch((error: unknown) => this.#settle(call, error));
		});
	}

	/** Sends what `build` asks for as one array; of an empty one, nothing (section 6). */
	batch<T>(build: (batch: Batching) => T): T {
		const batch = new Batching((method, params, options, resolve, reject) => {
			const call = new Call(method, resolve, reject);
			return { call, message: this.#open(call, params, options) };
		});
		let result: T;
		try {
			result = build(batch);
		} catch (error) {
			batch.drop();
			for (const { call } of batch.items)
				if (call !== undefined) this.#settle(call, error);
			throw error;
		} finally {
			batch.end();
		}
		this.#sendBatch(batch);
		return result;
	}

	/** Settles the call that a response answers. */
	receive(response: Response): void {
		const call = this.#table.answer(response);
		this.#line.received(response, call?.at);
		if (call !== undefined) this.#finish(call, response);
		else this.#receiveStray(response);
		this.#onSettled();
	}

	/** Settles the calls that an array of responses answers, and those that it leaves out. Returns when one of them was made. */
	receiveBatch(responses: readonly Response[]): number | undefined {
		const { answered, missing, unknown } = this.#table.answerBatch(responses);
		for (const { call, response } of answered) this.#finish(call, response);
		const unread = unknown.find(isUnread);
		for (const call of missing) {
			const message = `The answer to the batch has none to "${call.method}"`;
			const cause = unread && responseError(unread);
			this.#reject(call, new PeerError("unanswered", message, { cause }));
		}
		for (const response of unknown)
			if (missing.length === 0) this.#receiveStray(response);
			else this.#settings.onFault?.(response);
		this.#onSettled();
		return answered[0]?.call.at;
	}

	/** Tells whoever listens to a token. Returns false if nobody does. */
	progress(token: ProgressToken, value: unknown): boolean {
		return this.#progress.tell(token, value);
	}

	/** Rejects all calls, and those that will be made. */
	refuse(reason: unknown): void {
		this.refuseNew(reason);
		for (const call of this.#table.clear()) this.#reject(call, reason);
	}

	/** Rejects the calls that will be made, with the first reason given. */
	refuseNew(reason: unknown): void {
		this.#refusal ??= { reason };
	}

	/** Puts a call in flight. Throws what it is to be rejected with. */
	#open(
		call: Call,
		params: SentParams,
		options: CallOptions | undefined,
	): SentRequest {
		if (this.#refusal !== undefined) throw this.#refusal.reason;
		const { maxCalls } = this.#settings;
		if (this.#table.size >= maxCalls)
			throw new PeerError(
				"too-many-calls",
				`${maxCalls} calls may be in flight at most`,
			);
		const timeout = options?.timeout ?? this.#settings.timeout;
		const sent =
			options === undefined
				? params
				: this.#prepare(call, params, options, timeout);
		this.#table.open(call);
		call.at = this.#line.now();
		if (timeout !== Number.POSITIVE_INFINITY) this.#startTimer(call, timeout);
		const { id, method } = call;
		return sent === undefined
			? { kind: "request", id, method }
			: { kind: "request", id, method, params: sent };
	}

	/** Sets up what may happen to a call before its answer. Returns its params, with the tokens that ask for progress. */
	#prepare(
		call: Call,
		params: SentParams,
		options: CallOptions,
		timeout: number,
	): SentParams {
		const { signal, resetTimeoutOnProgress } = options;
		checkTimeout("request()", timeout);
		signal?.throwIfAborted();
		let sent = params;
		if (hasWishes(options)) {
			const resets =
				resetTimeoutOnProgress && timeout !== Number.POSITIVE_INFINITY;
			const id = this.#table.nextId;
			const asking = this.#progress.ask(id, params, options, () => {
				if (resets) this.#startTimer(call, timeout);
			});
			sent = asking.params;
			call.tokens = asking.tokens;
		}
		if (signal !== undefined)
			call.listenTo(signal, () => this.#giveUp(call, signal.reason));
		return sent;
	}

	#startTimer(call: Call, timeout: number): void {
		call.startTimer(timeout, () => {
			const message = `No answer to "${call.method}" in ${timeout} ms`;
			this.#giveUp(call, new PeerError("timeout", message));
		});
	}

	#sendBatch({ items }: Batching): void {
		const calls: Call[] = [];
		const messages = [];
		for (const { call, message } of items) {
			// A call may have been taken back while the batch was built.
			if (call !== undefined && !this.#table.has(call)) continue;
			messages.push(message);
			if (call !== undefined) calls.push(call);
		}
		if (messages.length === 0) return;
		for (const call of calls) call.isSent = true;
		this.#table.openBatch(calls);
		this.#line
			.send({ kind: "batch", items: messages })
			.catch((error: unknown) => {
				if (calls.length === 0) this.#fault(error);
				for (const call of calls) this.#settle(call, error);
			});
	}

	/** Settles a call that nobody waits for any more, and tells the remote. */
	#giveUp(call: Call, reason: unknown): void {
		if (!this.#table.close(call)) return;
		this.#reject(call, reason);
		const { cancellation } = this.#settings.dialect;
		if (
			cancellation !== undefined &&
			call.isSent &&
			!cancellation.never?.includes(call.method)
		) {
			const params = cancellation.params(call.id, reason);
			// If this cannot be sent, nothing can, and whoever reads the channel will hear of it.
			this.#line
				.send(notificationOf(cancellation.method, params))
				.catch(() => {});
		}
		// Last, because the channel may be closed now.
		this.#onSettled();
	}

	/** Rejects a call that could not be sent, unless it is settled already. */
	#settle(call: Call, reason: unknown): void {
		if (!this.#table.close(call)) return;
		this.#reject(call, reason);
		this.#onSettled();
	}

	/** Takes in a response to no call, which may be an error about something that the remote could not read. */
	#receiveStray(response: Response): void {
		const calls = isUnread(response) ? this.#table.answerUnread() : [];
		for (const call of calls) this.#finish(call, response);
		if (calls.length === 0) this.#settings.onFault?.(response);
	}

	/** Settles a call that is out of the table. */
	#finish(call: Call, response: Response): void {
		if (response.kind === "error") {
			this.#reject(call, responseError(response));
			return;
		}
		this.#release(call);
		const schema = this.#schemas.get(call.method);
		if (schema === undefined) call.resolve(response.result);
		else check(call, schema, plain(response.result));
	}

	#reject(call: Call, reason: unknown): void {
		this.#release(call);
		call.reject(reason);
	}

	#release(call: Call): void {
		call.release();
		this.#progress.forget(call.tokens);
	}

	#fault(error: unknown): void {
		this.#settings.onFault?.({ kind: "failed", call: undefined, error });
	}
}

/** Settles a call with what its schema makes of the result. */
function check(call: Call, schema: StandardSchemaV1, result: unknown): void {
	const settle = (checked: SchemaResult<unknown>): void => {
		if (checked.issues === undefined) call.resolve(checked.value);
		else call.reject(invalidResult(call.method, checked.issues));
	};
	try {
		const checked = schema["~standard"].validate(result);
		if (checked instanceof Promise) checked.then(settle).catch(call.reject);
		else settle(checked);
	} catch (error) {
		call.reject(error);
	}
}

function isUnread(response: Response): response is ErrorMessage {
	return response.kind === "error" && response.id === null;
}

function responseError({ error }: ErrorMessage): ResponseError {
	return new ResponseError(error.code, error.message, error.data);
}
