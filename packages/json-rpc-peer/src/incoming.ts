import type {
	Id,
	NotificationMessage,
	Params,
	RawJson,
	RequestMessage,
} from "@framewright/json-rpc";
import type { Progress, ProgressKind, ProgressToken } from "./dialect.ts";
import type { IncomingCall } from "./handlers.ts";
import type { Peer } from "./peer.ts";
import { plain } from "./plain.ts";
import type { ReplyBatch } from "./request-table.ts";

/** What may run a handler. */
export type CallMessage =
	| RequestMessage<Params | RawJson>
	| NotificationMessage<Params | RawJson>;

/** A request or notification of the remote's: what its handler sees of it, and what becomes of it. */
export class Incoming implements IncomingCall {
	readonly id: Id | undefined;
	readonly method: string;
	readonly params: Params | RawJson | undefined;
	readonly peer: Peer;
	key: string | number = 0;
	readonly batch: ReplyBatch | undefined;
	/** When it came, for the trace. */
	readonly at: number;
	isStarted = false;
	isCancelled = false;
	readonly #tell: Tell;
	#aborted: { readonly reason: unknown } | undefined;
	#controller: AbortController | undefined;
	#tokens: Map<ProgressKind, ProgressToken | undefined> | undefined;

	constructor(
		message: CallMessage,
		batch: ReplyBatch | undefined,
		at: number,
		peer: Peer,
		tell: Tell,
	) {
		this.id = message.kind === "request" ? message.id : undefined;
		this.method = message.method;
		this.params = message.params;
		this.batch = batch;
		this.at = at;
		this.peer = peer;
		this.#tell = tell;
	}

	// Made for those who ask: most handlers are done before anybody could abort them.
	get signal(): AbortSignal {
		if (this.#controller === undefined) {
			this.#controller = new AbortController();
			if (this.#aborted !== undefined)
				this.#controller.abort(this.#aborted.reason);
		}
		return this.#controller.signal;
	}

	get isAborted(): boolean {
		return this.#aborted !== undefined;
	}

	abort(reason: unknown): void {
		this.#aborted ??= { reason };
		this.#controller?.abort(reason);
	}

	// Getters, so that a handler may take them out of its call: `({ n }, { progress }) => ...`
	get progress(): (value: unknown) => Promise<void> {
		return (value) => this.#tell(this, "progress", value);
	}

	get partialResult(): (value: unknown) => Promise<void> {
		return (value) => this.#tell(this, "partialResult", value);
	}

	/** The token with which the caller asked for progress, if it did. */
	token(progress: Progress, kind: ProgressKind): ProgressToken | undefined {
		this.#tokens ??= new Map();
		// Raw params would be parsed each time.
		if (!this.#tokens.has(kind))
			this.#tokens.set(kind, progress.asked(plain(this.params), kind));
		return this.#tokens.get(kind);
	}
}

export type Tell = (
	call: Incoming,
	kind: ProgressKind,
	value: unknown,
) => Promise<void>;
