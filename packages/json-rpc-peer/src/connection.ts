import type { Skipped } from "@framewright/codec";
import type {
	BatchMessage,
	ErrorObject,
	InvalidMessage,
	Message,
	Params,
	RawJson,
	RawMessage,
	SingleMessage,
} from "@framewright/json-rpc";
import { type Batching, notificationOf } from "./batch.ts";
import type { Response } from "./call-table.ts";
import { type CallOptions, Calls } from "./calls.ts";
import type { MessageChannel } from "./channel.ts";
import type { Contract } from "./contract.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { errorCodes, PeerError } from "./errors.ts";
import type { Handler } from "./handlers.ts";
import type { CallMessage } from "./incoming.ts";
import { Line } from "./line.ts";
import { Methods } from "./methods.ts";
import { type PeerOptions, type Settings, settingsOf } from "./options.ts";
import type { Peer } from "./peer.ts";
import { plain } from "./plain.ts";
import { refusal } from "./replies.ts";
import { ReplyBatch } from "./request-table.ts";
import { Requests } from "./requests.ts";
import type { StandardSchemaV1 } from "./standard-schema.ts";

type AnyMessage = Message<Params | RawJson>;
type AnySingle = SingleMessage<Params | RawJson>;

const NO_BATCHES: ErrorObject = {
	code: errorCodes.invalidRequest,
	message: "Invalid Request",
	data: "Batches are not accepted",
};

/** A peer: reads the channel, hands each message to whom it concerns, and ends in good order. */
export class Connection implements Pick<Peer, "close" | "abort" | "closed"> {
	readonly closed: Promise<void>;
	readonly #channel: MessageChannel;
	readonly #settings: Settings;
	readonly #methods: Methods;
	readonly #line: Line;
	readonly #calls: Calls;
	readonly #requests: Requests;
	/** Whether we shall end when nothing is under way: we were told to, or the remote has ended. */
	#isEnding = false;
	/** Whether our direction is over, or about to be. */
	#isOver = false;
	#failure: { readonly reason: unknown } | undefined;
	/** Settles when our direction is over. */
	readonly #ended: Deferred = deferred();
	/** Wakes the reading when there is room for more calls. */
	#room: Deferred | undefined;
	/** Invalid messages in a row. */
	#invalid = 0;

	constructor(channel: MessageChannel, options: PeerOptions) {
		const settings = settingsOf(options);
		const goOn = (): void => this.#goOn();
		this.#channel = channel;
		this.#settings = settings;
		this.#methods = new Methods(
			options.local,
			settings.dialect.cancellation?.method,
			settings.middleware,
		);
		this.#line = new Line(channel, settings.trace);
		const schemas = resultSchemas(options.remote);
		this.#calls = new Calls(this.#line, settings, schemas, goOn);
		this.#requests = new Requests(
			this as unknown as Peer,
			this.#line,
			settings,
			this.#methods,
			goOn,
		);
		for (const [method, handler] of Object.entries(options.handlers ?? {}))
			if (handler !== undefined) this.handle(method, handler);
		this.closed = channel.closed;
		this.closed.catch(() => {});
		this.#read();
	}

	request(
		method: string,
		params?: Params | RawJson,
		options?: CallOptions,
	): Promise<unknown> {
		return this.#calls.request(method, params, options);
	}

	notify(method: string, params?: Params | RawJson): Promise<void> {
		if (this.#failure !== undefined)
			return Promise.reject(this.#failure.reason);
		return this.#isOver
			? Promise.reject(closedError())
			: this.#line.send(notificationOf(method, params));
	}

	batch<T>(build: (batch: Batching) => T): T {
		return this.#calls.batch(build);
	}

	handle(method: string, handler: Handler<never, unknown>): () => void {
		return this.#methods.add(method, handler);
	}

	close(): Promise<void> {
		this.#calls.refuseNew(closedError());
		this.#requests.refuseNew();
		this.#isEnding = true;
		this.#goOn();
		return this.#ended.promise;
	}

	abort(
		reason: unknown = new DOMException("The peer was aborted", "AbortError"),
	): void {
		if (this.#failure !== undefined) return;
		this.#failure = { reason };
		this.#isOver = true;
		this.#calls.refuse(reason);
		this.#requests.abort(reason);
		this.#ended.reject(reason);
		this.#channel.abort(reason);
		this.#goOn();
	}

	/** Reads messages while there is room for them, until the remote ends or something fails. */
	async #read(): Promise<void> {
		try {
			for await (const message of this.#channel) {
				const refused = this.#receive(message);
				if (refused !== undefined) await refused;
				while (this.#requests.isFull) {
					this.#room = deferred();
					await this.#room.promise;
				}
			}
		} catch (error) {
			this.abort(error);
			return;
		}
		this.#calls.refuse(
			new PeerError("closed", "The remote has ended the connection"),
		);
		this.#isEnding = true;
		this.#goOn();
	}

	/** Does what is due whenever something is done: reads on, or ends. */
	#goOn(): void {
		if (this.#room !== undefined && !this.#requests.isFull) {
			this.#room.resolve();
			this.#room = undefined;
		}
		if (!this.#isEnding || this.#isOver) return;
		if (this.#calls.size > 0 || !this.#requests.isIdle) return;
		this.#isOver = true;
		this.#channel.close().then(this.#ended.resolve, this.#ended.reject);
	}

	/** Takes in what has come. Where it returns a promise, nothing more should be read before that has settled. */
	#receive(
		message: AnyMessage | RawMessage | Skipped,
	): Promise<void> | undefined {
		switch (message.kind) {
			case "success":
			case "error":
				this.#invalid = 0;
				this.#calls.receive(message);
				return undefined;
			case "request":
			case "notification":
				this.#invalid = 0;
				this.#line.received(message);
				return this.#receiveCall(message, undefined, this.#line.now());
			case "batch":
				return this.#receiveBatch(message);
			case "invalid":
				this.#line.received(message);
				return this.#receiveInvalid(message);
			case "skipped":
				this.#line.received(message);
				this.#settings.onFault?.(message);
				return undefined;
		}
	}

	#receiveCall(
		message: CallMessage,
		batch: ReplyBatch | undefined,
		at: number,
	): Promise<void> | undefined {
		if (message.kind === "notification") {
			const { cancellation, progress } = this.#settings.dialect;
			if (message.method === cancellation?.method)
				return this.#requests.cancel(cancellation, plain(message.params));
			if (message.method === progress?.method) {
				const told = progress.read(plain(message.params));
				if (told !== undefined && this.#calls.progress(told.token, told.value))
					return undefined;
			}
		}
		return this.#requests.receive(message, batch, at);
	}

	#receiveBatch(
		message: BatchMessage<Params | RawJson>,
	): Promise<void> | undefined {
		const { items } = message;
		// Told before what it settles or starts can tell of itself.
		const responses = items.filter(isResponse);
		const calls = items.filter(isCall);
		const since =
			responses.length > 0 ? this.#calls.receiveBatch(responses) : undefined;
		this.#line.received(message, since);
		const at = this.#line.now();
		if (calls.length > 0 && !this.#settings.batches)
			return this.#line.send(refusal(null, NO_BATCHES), at).catch(() => {});
		if (calls.length + responses.length > 0) this.#invalid = 0;
		const invalid = items.filter((item) => item.kind === "invalid");
		for (const item of invalid) this.#settings.onFault?.(item);
		const replies = new ReplyBatch();
		let refused: Promise<void> | undefined;
		// Between responses and no calls, what is invalid was a response, too.
		const isCalled = calls.length > 0 || responses.length === 0;
		if (invalid.length > 0 && this.#bears() && isCalled)
			for (const item of invalid)
				if (!item.isResponse) replies.answers.push(item.reply);
		for (const call of calls)
			refused = this.#receiveCall(call, replies, at) ?? refused;
		return this.#requests.endBatch(replies, at) ?? refused;
	}

	// Whoever sent an invalid response would take the error for an answer to a call of its own.
	#receiveInvalid(message: InvalidMessage): Promise<void> | undefined {
		this.#settings.onFault?.(message);
		return this.#bears() && !message.isResponse
			? this.#line.send(message.reply).catch(() => {})
			: undefined;
	}

	/** Counts a message that is invalid, at least in part; returns whether it is to be replied to. */
	#bears(): boolean {
		const { invalid, maxInvalid } = this.#settings;
		if (invalid === "ignore") return false;
		this.#invalid += 1;
		if (invalid === "reply" && this.#invalid <= maxInvalid) return true;
		this.abort(
			new PeerError(
				"too-many-invalid",
				`The remote sent ${this.#invalid} invalid messages in a row`,
			),
		);
		return false;
	}
}

function resultSchemas(
	remote: Contract | undefined,
): Map<string, StandardSchemaV1> {
	const schemas = new Map<string, StandardSchemaV1>();
	for (const [method, { result }] of Object.entries(remote?.methods ?? {}))
		if (result !== undefined) schemas.set(method, result);
	return schemas;
}

function closedError(): PeerError {
	return new PeerError("closed", "The peer was closed");
}

function isResponse(item: AnySingle): item is Response {
	return item.kind === "success" || item.kind === "error";
}

function isCall(item: AnySingle): item is CallMessage {
	return item.kind === "request" || item.kind === "notification";
}
