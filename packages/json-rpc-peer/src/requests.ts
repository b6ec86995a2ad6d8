import type { ErrorObject, Id } from "@framewright/json-rpc";
import { notificationOf } from "./batch.ts";
import type { Response } from "./call-table.ts";
import type { Cancellation, ProgressKind } from "./dialect.ts";
import { errorCodes, errorObject, PeerError, ResponseError } from "./errors.ts";
import { type CallMessage, Incoming } from "./incoming.ts";
import type { Line } from "./line.ts";
import type { Methods } from "./methods.ts";
import type { Settings } from "./options.ts";
import type { Peer } from "./peer.ts";
import { refusal, sendInstead } from "./replies.ts";
import { type Reply, type ReplyBatch, RequestTable } from "./request-table.ts";
import { Schedule } from "./schedule.ts";

type Request = Incoming & { readonly id: Id };

const DONE = Promise.resolve();

/** The remote's calls: runs their handlers, and answers each request once. Where it returns a promise, reading should wait for that. */
export class Requests {
	readonly #peer: Peer;
	readonly #line: Line;
	readonly #settings: Settings;
	readonly #methods: Methods;
	readonly #onSettled: () => void;
	readonly #table: RequestTable<Request> = new RequestTable();
	readonly #schedule: Schedule<Incoming>;
	#isClosing = false;
	#isStarting = false;

	constructor(
		peer: Peer,
		line: Line,
		settings: Settings,
		methods: Methods,
		onSettled: () => void,
	) {
		this.#peer = peer;
		this.#line = line;
		this.#settings = settings;
		this.#methods = methods;
		this.#onSettled = onSettled;
		this.#schedule = new Schedule(settings.concurrency);
	}

	/** Whether nothing runs, waits, or is to be answered. */
	get isIdle(): boolean {
		const { running, waiting } = this.#schedule;
		return this.#table.size + running + waiting === 0;
	}

	/** Whether so many calls wait that no more should be read. */
	get isFull(): boolean {
		const { maxWaiting, whenFull } = this.#settings;
		const { waiting } = this.#schedule;
		// Notifications cannot be refused: the first one too many waits, and all that is behind it.
		return whenFull === "pause" ? waiting >= maxWaiting : waiting > maxWaiting;
	}

	/** Takes in a call. */
	receive(
		message: CallMessage,
		batch: ReplyBatch | undefined,
		at: number,
	): Promise<void> | undefined {
		const call = new Incoming(message, batch, at, this.#peer, this.#tell);
		if (isRequest(call)) {
			const error =
				this.#refusal() ?? (this.#table.open(call) ? undefined : ID_IN_FLIGHT);
			if (error !== undefined) return this.#refuse(call, error);
		} else if (this.#isClosing) return undefined;
		if (this.#schedule.add(call, this.#settings.order(call.method)))
			this.#run(call);
		return undefined;
	}

	/** Notes that a batch was taken in; sends its answer, if all of it is there. */
	endBatch(batch: ReplyBatch, at: number): Promise<void> | undefined {
		batch.isRead = true;
		const reply = batch.whenComplete();
		return reply && this.#send(reply, undefined, at);
	}

	/** Cancels the request that a notification names, unless it is answered already. */
	cancel(
		cancellation: Cancellation,
		params: unknown,
	): Promise<void> | undefined {
		const id = cancellation.id(params);
		const call = id === undefined ? undefined : this.#table.find(id);
		if (call === undefined || cancellation.never?.includes(call.method))
			return undefined;
		const reason = cancellation.reason?.(params);
		call.isCancelled = true;
		call.abort(
			new PeerError(
				"cancelled",
				`The caller cancelled "${call.method}"${reason === undefined ? "" : `: ${reason}`}`,
			),
		);
		const { answer } = cancellation;
		// What runs decides for itself whether there is still something to answer with.
		if (answer !== undefined && call.isStarted) return undefined;
		const reply = this.#table.answer(
			call,
			answer === undefined ? undefined : refusal(call.id, answer),
		);
		return reply && this.#send(reply, call, call.at);
	}

	/** Refuses the requests that will come, and drops the notifications. */
	refuseNew(): void {
		this.#isClosing = true;
	}

	/** Aborts all handlers; nothing is answered any more. */
	abort(reason: unknown): void {
		this.#isClosing = true;
		this.#table.clear();
		for (const call of this.#schedule.clear()) call.abort(reason);
	}

	#refusal(): ErrorObject | undefined {
		if (this.#isClosing) return CLOSING;
		const { maxWaiting, whenFull } = this.#settings;
		return whenFull === "refuse" && this.#schedule.waiting >= maxWaiting
			? BUSY
			: undefined;
	}

	#refuse(
		{ id, batch, at }: Request,
		error: ErrorObject,
	): Promise<void> | undefined {
		const response = refusal(id, error);
		if (batch === undefined) return this.#send(response, undefined, at);
		batch.answers.push(response);
		return undefined;
	}

	#run(call: Incoming): void {
		// Cancelled while it waited.
		if (isRequest(call) && !this.#table.has(call)) {
			this.#release(call);
			return;
		}
		call.isStarted = true;
		let result: unknown;
		try {
			result = this.#methods.run(call);
		} catch (error) {
			this.#fail(call, error);
			return;
		}
		if (isThenable(result))
			Promise.resolve(result).then(
				(result) => this.#succeed(call, result),
				(error) => this.#fail(call, error),
			);
		else this.#succeed(call, result);
	}

	#succeed(call: Incoming, result: unknown): void {
		if (isRequest(call))
			this.#answer(call, {
				kind: "success",
				id: call.id,
				result: result ?? null,
			});
		else this.#release(call);
	}

	#fail(call: Incoming, error: unknown): void {
		const isForRemote = isRequest(call) && error instanceof ResponseError;
		if (!isForRemote && !call.isAborted)
			this.#settings.onFault?.({ kind: "failed", call, error });
		if (!isRequest(call)) {
			this.#release(call);
			return;
		}
		const { cancellation } = this.#settings.dialect;
		const { exposeErrors } = this.#settings;
		const object =
			call.isCancelled && !isForRemote ? cancellation?.answer : undefined;
		this.#answer(
			call,
			refusal(call.id, object ?? errorObject(error, exposeErrors)),
		);
	}

	#answer(call: Request, response: Response): void {
		const reply = this.#table.answer(call, response);
		if (reply === undefined) this.#release(call);
		// Until the remote takes it, the answer takes up the handler's room: so it feels that it does not read.
		else this.#send(reply, call, call.at).then(() => this.#release(call));
	}

	/** Sends a reply, or another one in its place. Never rejects. */
	#send(reply: Reply, call: Incoming | undefined, at: number): Promise<void> {
		return this.#line.send(reply, at).catch(async (error: unknown) => {
			if (await sendInstead(this.#line, reply))
				this.#settings.onFault?.({ kind: "failed", call, error });
		});
	}

	#release(call: Incoming): void {
		this.#schedule.end(call);
		this.#startNext();
		this.#onSettled();
	}

	#startNext(): void {
		// A handler that is done at once comes here again: no recursion as deep as the queue is long.
		if (this.#isStarting) return;
		this.#isStarting = true;
		for (
			let call = this.#schedule.next();
			call !== undefined;
			call = this.#schedule.next()
		)
			this.#run(call);
		this.#isStarting = false;
	}

	readonly #tell = (
		call: Incoming,
		kind: ProgressKind,
		value: unknown,
	): Promise<void> => {
		const { progress } = this.#settings.dialect;
		if (progress === undefined || !isRequest(call) || !this.#table.has(call))
			return DONE;
		const token = call.token(progress, kind);
		if (token === undefined) return DONE;
		const params = progress.params(token, value);
		return this.#line
			.send(notificationOf(progress.method, params))
			.catch((error: unknown) =>
				this.#settings.onFault?.({ kind: "failed", call, error }),
			);
	};
}

const ID_IN_FLIGHT: ErrorObject = {
	code: errorCodes.invalidRequest,
	message: "Invalid Request",
	data: "The id is that of another request in flight",
};
const CLOSING: ErrorObject = {
	code: errorCodes.closing,
	message: "The connection is closing",
};
const BUSY: ErrorObject = {
	code: errorCodes.busy,
	message: "Too many requests are waiting",
};

function isRequest(call: Incoming): call is Request {
	return call.id !== undefined;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
	return (
		typeof value === "object" &&
		value !== null &&
		typeof (value as { then?: unknown }).then === "function"
	);
}
