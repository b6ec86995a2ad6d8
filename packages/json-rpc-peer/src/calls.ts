import type {
	ErrorMessage,
	NotificationMessage,
	Params,
	RawJson,
	RequestMessage,
} from "@framewright/json-rpc";
import { CallTable, type Response, type TableCall } from "./call-table.ts";
import type { ProgressKind, ProgressToken } from "./dialect.ts";
import { PeerError, ResponseError } from "./errors.ts";
import type { Line } from "./line.ts";
import { checkTimeout, type Settings } from "./options.ts";
import { plain } from "./plain.ts";
import type { SchemaResult, StandardSchemaV1 } from "./standard-schema.ts";

/** What a call can be told. */
export interface CallOptions {
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

type SentParams = Params | RawJson | undefined;
type SentRequest = RequestMessage<Params | RawJson>;
type SentNotification = NotificationMessage<Params | RawJson>;

/** Collects a batch. Each call has a promise of its own. */
export interface AnyBatch {
	request(
		method: string,
		params?: unknown,
		options?: CallOptions,
	): Promise<unknown>;
	notify(method: string, params?: unknown): void;
}

/** A call in flight, and what is to be undone when it is settled. */
class Call implements TableCall {
	id = 0;
	batch: Set<this> | undefined = undefined;
	readonly method: string;
	readonly resolve: (result: unknown) => void;
	readonly reject: (reason: unknown) => void;
	/** When it was made, for the trace. */
	at = 0;
	isSent = false;
	timer: ReturnType<typeof setTimeout> | undefined = undefined;
	signal: AbortSignal | undefined = undefined;
	onAbort: (() => void) | undefined = undefined;
	tokens: ProgressToken[] | undefined = undefined;

	constructor(
		method: string,
		resolve: (result: unknown) => void,
		reject: (reason: unknown) => void,
	) {
		this.method = method;
		this.resolve = resolve;
		this.reject = reject;
	}
}

/** Our calls: sends them, and settles each one once. */
export class Calls {
	readonly #line: Line;
	readonly #settings: Settings;
	readonly #schemas: ReadonlyMap<string, StandardSchemaV1>;
	readonly #onSettled: () => void;
	readonly #table: CallTable<Call>;
	readonly #listeners: Map<ProgressToken, (value: unknown) => void> = new Map();
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
	batch<T>(build: (batch: AnyBatch) => T): T {
		const calls = new Map<SentRequest, Call>();
		const promises: Promise<unknown>[] = [];
		const messages: (SentRequest | SentNotification)[] = [];
		let isOpen = true;
		const checkOpen = (): void => {
			if (!isOpen)
				throw new Error(
					"A batch is sent when the function that builds it returns",
				);
		};
		const builder: AnyBatch = {
			request: (method, params, options) => {
				const promise = new Promise((resolve, reject) => {
					checkOpen();
					const call = new Call(method, resolve, reject);
					const message = this.#open(call, params as SentParams, options);
					calls.set(message, call);
					messages.push(message);
				});
				promises.push(promise);
				return promise;
			},
			notify: (method, params) => {
				checkOpen();
				messages.push(notificationOf(method, params as SentParams));
			},
		};
		let result: T;
		try {
			result = build(builder);
		} catch (error) {
			// Nobody got hold of the promises.
			for (const promise of promises) promise.catch(() => {});
			for (const call of calls.values()) this.#settle(call, error);
			throw error;
		} finally {
			isOpen = false;
		}
		this.#sendBatch(messages, calls);
		return result;
	}

	#sendBatch(
		messages: readonly (SentRequest | SentNotification)[],
		calls: ReadonlyMap<unknown, Call>,
	): void {
		// A call may have been taken back while the batch was built.
		const items = messages.filter((message) => {
			const call = calls.get(message);
			return call === undefined || this.#table.has(call);
		});
		if (items.length === 0) return;
		const sent = [...calls.values()];
		for (const call of sent) call.isSent = true;
		this.#table.openBatch(sent);
		this.#line.send({ kind: "batch", items }).catch((error: unknown) => {
			for (const call of sent) this.#settle(call, error);
			if (sent.length === 0) this.#fault(error);
		});
	}

	/** Settles the call that a response answers. */
	receive(response: Response): void {
		const call = this.#table.answer(response);
		this.#line.received(response, call?.at);
		if (call !== undefined) this.#finish(call, response);
		else this.#receiveStray(response);
	}

	/** Settles the calls that an array of responses answers, and those that it leaves out. Returns when one of them was made. */
	receiveBatch(responses: readonly Response[]): number | undefined {
		const { answered, missing, unknown } = this.#table.answerBatch(responses);
		for (const { call, response } of answered) this.#finish(call, response);
		const unread = unknown.find(isUnread);
		for (const call of missing) {
			const cause = unread && responseError(unread);
			this.#reject(
				call,
				new PeerError(
					"unanswered",
					`The answer to the batch has none to "${call.method}"`,
					cause && { cause },
				),
			);
		}
		for (const response of unknown)
			if (missing.length === 0) this.#receiveStray(response);
			else this.#settings.onFault?.(response);
		return answered[0]?.call.at;
	}

	/** Tells whoever listens to a token. Returns false if nobody does. */
	progress(token: ProgressToken, value: unknown): boolean {
		const listener = this.#listeners.get(token);
		listener?.(value);
		return listener !== undefined;
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
		const { method } = call;
		let sentParams = params;
		if (options !== undefined) {
			options.signal?.throwIfAborted();
			checkTimeout("request()", timeout);
			sentParams = this.#listen(call, params, options, timeout);
		}
		this.#table.open(call);
		call.at = this.#line.now();
		if (timeout !== Number.POSITIVE_INFINITY) this.#startTimer(call, timeout);
		const { id } = call;
		return sentParams === undefined
			? { kind: "request", id, method }
			: { kind: "request", id, method, params: sentParams };
	}

	/** Sets up what may be heard of a call before its answer. Returns its params, with the tokens that ask for progress. */
	#listen(
		call: Call,
		params: SentParams,
		options: CallOptions,
		timeout: number,
	): SentParams {
		const { signal, resetTimeoutOnProgress, onProgress, onPartialResult } =
			options;
		const listeners: [ProgressKind, ((value: unknown) => void) | undefined][] =
			[];
		if (onPartialResult !== undefined)
			listeners.push(["partialResult", onPartialResult]);
		if (
			onProgress !== undefined ||
			(resetTimeoutOnProgress && listeners.length === 0)
		)
			listeners.push(["progress", onProgress]);
		let sentParams = params;
		const { nextId } = this.#table;
		const tokens = new Map<ProgressToken, (value: unknown) => void>();
		for (const [kind, listener] of listeners) {
			const { progress } = this.#settings.dialect;
			if (progress === undefined)
				throw new TypeError("request(): progress needs a dialect that has it");
			const token = kind === "progress" ? nextId : `partial ${nextId}`;
			sentParams = progress.ask(
				plain(sentParams) as Params | undefined,
				kind,
				token,
			);
			tokens.set(token, (value) => {
				if (resetTimeoutOnProgress && call.timer !== undefined)
					this.#startTimer(call, timeout);
				try {
					listener?.(value);
				} catch (error) {
					this.#fault(error);
				}
			});
		}
		// Only now that nothing can throw any more.
		if (tokens.size > 0) call.tokens = [...tokens.keys()];
		for (const [token, listener] of tokens)
			this.#listeners.set(token, listener);
		if (signal !== undefined) {
			call.signal = signal;
			call.onAbort = () => this.#giveUp(call, signal.reason);
			signal.addEventListener("abort", call.onAbort);
		}
		return sentParams;
	}

	#startTimer(call: Call, timeout: number): void {
		clearTimeout(call.timer);
		call.timer = setTimeout(() => {
			const { method } = call;
			this.#giveUp(
				call,
				new PeerError("timeout", `No answer to "${method}" in ${timeout} ms`),
			);
		}, timeout);
	}

	/** Settles a call that nobody waits for any more, and tells the remote. */
	#giveUp(call: Call, reason: unknown): void {
		const { cancellation } = this.#settings.dialect;
		if (!this.#settle(call, reason) || !call.isSent) return;
		if (cancellation === undefined || cancellation.never?.includes(call.method))
			return;
		const { method } = cancellation;
		const params = cancellation.params(call.id, reason);
		// If this cannot be sent, nothing can, and whoever reads the channel will hear of it.
		this.#line.send({ kind: "notification", method, params }).catch(() => {});
	}

	/** Rejects a call, unless it is settled already. */
	#settle(call: Call, reason: unknown): boolean {
		if (!this.#table.close(call)) return false;
		this.#reject(call, reason);
		this.#onSettled();
		return true;
	}

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
		const { result } = response;
		const schema = this.#schemas.get(call.method);
		if (schema === undefined) call.resolve(result);
		else this.#check(call, schema, result);
	}

	#check(call: Call, schema: StandardSchemaV1, result: unknown): void {
		const settle = (checked: SchemaResult<unknown>): void => {
			if (checked.issues === undefined) call.resolve(checked.value);
			else
				call.reject(
					new PeerError(
						"invalid-result",
						`The result of "${call.method}" is not what the contract says`,
						checked,
					),
				);
		};
		try {
			const checked = schema["~standard"].validate(plain(result));
			if (checked instanceof Promise) checked.then(settle).catch(call.reject);
			else settle(checked);
		} catch (error) {
			call.reject(error);
		}
	}

	#reject(call: Call, reason: unknown): void {
		this.#release(call);
		call.reject(reason);
	}

	#release(call: Call): void {
		clearTimeout(call.timer);
		if (call.onAbort !== undefined)
			call.signal?.removeEventListener("abort", call.onAbort);
		if (call.tokens !== undefined)
			for (const token of call.tokens) this.#listeners.delete(token);
	}

	#fault(error: unknown): void {
		this.#settings.onFault?.({ kind: "failed", call: undefined, error });
	}
}

function isUnread(response: Response): response is ErrorMessage {
	return response.kind === "error" && response.id === null;
}

function responseError({ error }: ErrorMessage): ResponseError {
	return new ResponseError(error.code, error.message, error.data);
}

/** Makes a notification. */
export function notificationOf(
	method: string,
	params: SentParams,
): SentNotification {
	return params === undefined
		? { kind: "notification", method }
		: { kind: "notification", method, params };
}
