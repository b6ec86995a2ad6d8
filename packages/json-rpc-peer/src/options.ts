import type { Skipped } from "@framewright/codec";
import type {
	ErrorMessage,
	InvalidMessage,
	OutgoingMessage,
	SuccessMessage,
} from "@framewright/json-rpc";
import type { AnyContract, Contract } from "./contract.ts";
import type { Dialect } from "./dialect.ts";
import type { Handlers, IncomingCall } from "./handlers.ts";
import type { Order } from "./schedule.ts";

export interface PeerOptions<
	Remote extends Contract = AnyContract,
	Local extends Contract = AnyContract,
> {
	/** What the remote offers: types `request` and `notify`, and checks results. Default: any method. */
	readonly remote?: Remote;
	/** What this side offers: types the handlers, and checks their params and results. Default: any method. */
	readonly local?: Local;
	/** Handlers by method; more can be added with `handle`. Only own members count. */
	readonly handlers?: Handlers<NoInfer<Local>, NoInfer<Remote>>;
	/** Runs around every handler, the first one outermost; unknown methods and what they are answered included. */
	readonly middleware?: readonly Middleware[];

	/** How calls are cancelled and tell their progress: `lsp`, `mcp`, or your own. Default: not at all. */
	readonly dialect?: Dialect;
	/** Milliseconds after which a call rejects, unless the call says otherwise. Default: Infinity, never. */
	readonly timeout?: number;
	/** The most calls that this side has in flight; beyond it, calls reject at once. Default: 10,000. */
	readonly maxCalls?: number;
	/** Whether an id of `"1"` or `1.0` answers call 1. Default: false. */
	readonly looseIds?: boolean;

	/** The most handlers that run at once, until their answers are sent. Default: 64. */
	readonly concurrency?: number;
	/** Whether handlers run beside others; as a function, for each method. Default: `"concurrent"`. */
	readonly order?: Order | ((method: string) => Order);
	/** The most requests and notifications that wait for their handlers. Default: 256. */
	readonly maxWaiting?: number;
	/**
	 * What to do when so many wait: `"pause"` stops reading, so that the remote feels it; `"refuse"` answers requests with
	 * -32000, and stops reading only for notifications. Default: `"pause"`.
	 */
	readonly whenFull?: "pause" | "refuse";
	/** Whether a batch with requests or notifications is accepted; if not, -32600 answers the whole of it. Default: true. */
	readonly batches?: boolean;

	/**
	 * What to do with what is no message: `"reply"` with the error that it carries, `"ignore"` it, or `"abort"` the channel.
	 * An invalid response is never replied to. Default: `"reply"`.
	 */
	readonly invalid?: "reply" | "ignore" | "abort";
	/** How many invalid messages in a row are replied to; the next aborts the channel. Default: 100. */
	readonly maxInvalid?: number;
	/** Whether -32603 tells the message of what a handler has thrown. Default: false, only a `ResponseError` is told. */
	readonly exposeErrors?: boolean;

	/** Is told what would otherwise go unnoticed. */
	readonly onFault?: (fault: Fault) => void;
	/** Is told of every message, with times. Without it, no time is taken. */
	readonly trace?: (event: TraceEvent) => void;
}

/**
 * Runs around a handler: what it returns is the result, what it throws the error. `next` runs the rest, with other params
 * if given any. `call.id` is `undefined` for a notification, whose result is dropped.
 *
 *     async (call, next) => {
 *       if (!allowed(call.method)) throw new ResponseError(-32001, "Not allowed");
 *       return await next();
 *     }
 */
export type Middleware = (
	call: IncomingCall,
	next: (params?: unknown) => Promise<unknown>,
) => unknown;

/** What a peer goes on after without telling the remote's caller or ours, by `kind`. */
export type Fault =
	/** What the framing stepped over. */
	| Skipped
	/** What is no message; `reason` says why. */
	| InvalidMessage
	/** A response to no call in flight: late, twice, or never asked for. Or an error without an id that no call can be tied to. */
	| SuccessMessage
	| ErrorMessage
	/**
	 * What a handler threw that is no `ResponseError`; or why its params, its result or its answer could not be used. Without
	 * `call`, it was the answer to a batch.
	 */
	| {
			readonly kind: "failed";
			readonly call: IncomingCall | undefined;
			readonly error: unknown;
	  };

/** A message on its way. */
export interface TraceEvent {
	readonly direction: "sent" | "received";
	/** As it was handed to the channel, or came from it. */
	readonly message: OutgoingMessage | Skipped;
	/** Milliseconds on the clock of `performance.now()`. */
	readonly at: number;
	/** With the answer to a call: milliseconds since the call. With the answer to a batch: since the batch. */
	readonly durationMs?: number;
}

/** The options, checked, with their defaults. */
export interface Settings {
	readonly middleware: readonly Middleware[];
	readonly dialect: Dialect;
	readonly timeout: number;
	readonly maxCalls: number;
	readonly looseIds: boolean;
	readonly concurrency: number;
	readonly order: (method: string) => Order;
	readonly maxWaiting: number;
	readonly whenFull: "pause" | "refuse";
	readonly batches: boolean;
	readonly invalid: "reply" | "ignore" | "abort";
	readonly maxInvalid: number;
	readonly exposeErrors: boolean;
	readonly onFault: ((fault: Fault) => void) | undefined;
	readonly trace: ((event: TraceEvent) => void) | undefined;
}

/** The most milliseconds that a timer can wait; beyond it, it would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** Fills in the defaults. Throws a `RangeError` or a `TypeError` that names the option at fault. */
export function settingsOf<Remote extends Contract, Local extends Contract>(
	options: PeerOptions<Remote, Local>,
): Settings {
	const {
		middleware = [],
		dialect = {},
		timeout = Number.POSITIVE_INFINITY,
		maxCalls = 10_000,
		looseIds = false,
		concurrency = 64,
		order = "concurrent",
		maxWaiting = 256,
		whenFull = "pause",
		batches = true,
		invalid = "reply",
		maxInvalid = 100,
		exposeErrors = false,
		onFault,
		trace,
	} = options;
	checkTimeout("jsonRpcPeer()", timeout);
	const counts = { maxCalls, concurrency, maxWaiting, maxInvalid };
	for (const [name, count] of Object.entries(counts))
		if (
			count !== Number.POSITIVE_INFINITY &&
			!(Number.isSafeInteger(count) && count >= 1)
		)
			throw new RangeError(
				`jsonRpcPeer(): ${name} must be a whole number of 1 or more, or Infinity, not ${count}`,
			);
	const choices: [name: string, value: unknown, known: readonly string[]][] = [
		["whenFull", whenFull, ["pause", "refuse"]],
		["invalid", invalid, ["reply", "ignore", "abort"]],
	];
	if (typeof order !== "function")
		choices.push(["order", order, ["concurrent", "serial"]]);
	for (const [name, value, known] of choices)
		if (!known.includes(value as string))
			throw new TypeError(
				`jsonRpcPeer(): ${name} must be one of ${known.join(", ")}; not ${String(value)}`,
			);
	return {
		middleware,
		dialect,
		timeout,
		maxCalls,
		looseIds,
		concurrency,
		order: typeof order === "function" ? order : () => order,
		maxWaiting,
		whenFull,
		batches,
		invalid,
		maxInvalid,
		exposeErrors,
		onFault,
		trace,
	};
}

/** Throws a `RangeError` for what no timer can wait. */
export function checkTimeout(where: string, timeout: number): void {
	if (timeout === Number.POSITIVE_INFINITY) return;
	if (!(timeout > 0 && timeout <= LONGEST))
		throw new RangeError(
			`${where}: timeout must be more than 0 and at most ${LONGEST} milliseconds, or Infinity, not ${timeout}`,
		);
}
