// Two peers over a wire whose every delivery waits for the test, and a record of what went over it.

import { jsonRpcText, type Message } from "@framewright/json-rpc";
import {
	type Dialect,
	type IncomingCall,
	jsonRpcPeer,
	type MessageChannel,
	type Peer,
	type PeerOptions,
} from "@framewright/json-rpc-peer";

/** Decides when something happens, among all that may happen. */
export type Later = (what: string) => Promise<unknown>;

const codec = jsonRpcText();

/** One direction's end: what one side sends, and when the other reads it. */
export class End implements MessageChannel {
	readonly name: string;
	readonly closed: Promise<void>;
	/** Ids as JSON text: of requests that were read, of answers that were sent, of cancellations that were read. */
	readonly requests: string[] = [];
	readonly answers: string[] = [];
	readonly cancels: string[] = [];
	isClosed = false;
	failure: { readonly reason: unknown } | undefined;
	readonly #later: Later;
	#settle!: { resolve(): void; reject(reason: unknown): void };
	/** What is under way to this end; `undefined` is the end of input. */
	readonly #wire: (string | undefined)[] = [];
	readonly #arrived: (string | undefined)[] = [];
	#waiting:
		| {
				resolve(result: IteratorResult<Message, undefined>): void;
				reject(reason: unknown): void;
		  }
		| undefined;
	#hasEnded = false;
	other!: End;

	constructor(name: string, later: Later) {
		this.name = name;
		this.#later = later;
		this.closed = new Promise((resolve, reject) => {
			this.#settle = { resolve, reject };
		});
		this.closed.catch(() => {});
	}

	async send(message: Parameters<MessageChannel["send"]>[0]): Promise<void> {
		if (this.failure !== undefined) throw this.failure.reason;
		if (this.isClosed) throw new Error("send() was called after close()");
		const text = codec.encode(message);
		const items = message.kind === "batch" ? message.items : [message];
		for (const item of items)
			if (
				(item.kind === "success" || item.kind === "error") &&
				item.id !== null
			)
				this.answers.push(JSON.stringify(item.id));
		this.other.deliver(text);
	}

	async close(): Promise<void> {
		if (this.failure !== undefined) throw this.failure.reason;
		if (this.isClosed) return;
		this.isClosed = true;
		this.other.deliver(undefined);
		this.#checkEnd();
	}

	abort(reason: unknown): void {
		this.#fail(reason);
		this.other.#fail(new Error("The other end was aborted"));
	}

	/** Lets a text arrive some time, in its order. */
	deliver(text: string | undefined): void {
		this.#wire.push(text);
		this.#later(`${this.name} receives`).then(() => {
			if (this.failure !== undefined) return;
			this.#arrived.push(this.#wire.shift());
			this.#serve();
		});
	}

	[Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
		return {
			next: () => {
				const read = new Promise<IteratorResult<Message, undefined>>(
					(resolve, reject) => {
						if (this.failure !== undefined) reject(this.failure.reason);
						this.#waiting = { resolve, reject };
						this.#serve();
					},
				);
				// When the peer gets it, and not before: until then, it may end its direction.
				read.then(
					({ value }) => {
						if (value !== undefined) this.#record(value);
					},
					() => {},
				);
				return read;
			},
		};
	}

	#serve(): void {
		if (this.#waiting === undefined || this.#arrived.length === 0) return;
		const text = this.#arrived.shift();
		const { resolve } = this.#waiting;
		this.#waiting = undefined;
		if (text === undefined) {
			this.#hasEnded = true;
			this.#checkEnd();
			resolve({ done: true, value: undefined });
			return;
		}
		resolve({ done: false, value: codec.decode(text) });
	}

	/** Notes what will have to be answered; after our own close, nothing can be. */
	#record(message: Message): void {
		if (this.isClosed) return;
		const items = message.kind === "batch" ? message.items : [message];
		for (const item of items) {
			if (item.kind === "request") this.requests.push(JSON.stringify(item.id));
			if (item.kind !== "notification") continue;
			const { id, requestId = id } = (item.params ?? {}) as {
				id?: unknown;
				requestId?: unknown;
			};
			if (requestId !== undefined) this.cancels.push(JSON.stringify(requestId));
		}
	}

	#fail(reason: unknown): void {
		if (this.failure !== undefined || (this.isClosed && this.#hasEnded)) return;
		this.failure = { reason };
		this.#waiting?.reject(reason);
		this.#waiting = undefined;
		this.#settle.reject(reason);
	}

	#checkEnd(): void {
		if (this.isClosed && this.#hasEnded) this.#settle.resolve();
	}
}

/** A call of a peer's, and what became of it. */
export interface Outcome {
	readonly what: string;
	settled: number;
	readonly controller: AbortController;
}

export class World {
	readonly ends: readonly [End, End];
	readonly peers: readonly [Peer, Peer];
	readonly outcomes: Outcome[] = [];
	/** Whether calls can ask for progress. */
	readonly hasProgress: boolean;
	/** Handlers that have begun, and those that have ended. */
	began = 0;
	ended = 0;

	constructor(later: Later, dialect: Dialect, maxWaiting: number) {
		const a = new End("a", later);
		const b = new End("b", later);
		a.other = b;
		b.other = a;
		this.ends = [a, b];
		this.hasProgress = dialect.progress !== undefined;
		const handlers = this.#handlers(later);
		const options: PeerOptions = {
			dialect,
			handlers,
			concurrency: 3,
			maxWaiting,
			maxInvalid: 10,
			order: (method) => (method === "alone" ? "serial" : "concurrent"),
		};
		this.peers = [jsonRpcPeer(a, options), jsonRpcPeer(b, options)];
	}

	/** Notes that a call was made, and looks after its promise. */
	watch(
		what: string,
		promise: Promise<unknown>,
		controller: AbortController = new AbortController(),
	): void {
		const outcome: Outcome = { what, settled: 0, controller };
		const settle = (): void => {
			outcome.settled += 1;
		};
		promise.then(settle, settle);
		this.outcomes.push(outcome);
	}

	#handlers(later: Later): NonNullable<PeerOptions["handlers"]> {
		const counted =
			(handler: (call: IncomingCall) => unknown) =>
			async (_: unknown, call: IncomingCall) => {
				this.began += 1;
				try {
					return await handler(call);
				} finally {
					this.ended += 1;
				}
			};
		return {
			now: () => "now",
			bigint: () => 1n,
			fail() {
				throw new Error("hidden");
			},
			later: counted(() => later("a handler returns")),
			alone: counted(() => later("a handler returns alone")),
			back: counted(async ({ peer }) => {
				const call = peer.request("now", undefined, { timeout: 500 });
				this.watch("a call back", call);
				return await call;
			}),
			tell: counted(async (call) => {
				await call.progress(1);
				await later("a handler tells more");
				await call.progress(2);
			}),
			stop: counted(
				({ signal }) =>
					new Promise((resolve, reject) => {
						if (signal.aborted) reject(signal.reason);
						signal.addEventListener("abort", () => reject(signal.reason));
						later("a handler is not stopped").then(resolve);
					}),
			),
			endless: counted(
				({ signal }) =>
					new Promise((_, reject) => {
						if (signal.aborted) reject(signal.reason);
						signal.addEventListener("abort", () => reject(signal.reason));
					}),
			),
		};
	}
}
