import type { CallOptions } from "./calls.ts";
import type { MessageChannel } from "./channel.ts";
import { Connection } from "./connection.ts";
import type {
	AnyContract,
	CheckedResult,
	Contract,
	MethodName,
	NotificationName,
	ParamsOf,
} from "./contract.ts";
import type { HandlerOf } from "./handlers.ts";
import type { PeerOptions } from "./options.ts";

/** Arguments that begin with params, which may be left out where they may be `undefined`. */
export type WithParams<P, More extends unknown[] = []> = undefined extends P
	? [params?: P, ...more: More]
	: [params: P, ...more: More];

/**
 * One end of a connection; the other end is a peer as well. Both call, and both are called.
 *
 *     request("add", [1, 2])     --> {"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]}
 *                                <-- {"jsonrpc":"2.0","id":1,"result":3}
 *     notify("log", { text })    --> {"jsonrpc":"2.0","method":"log","params":{"text":"hi"}}
 *     batch((b) => [ ... ])      --> [ ... , ... ]
 */
export interface Peer<
	Remote extends Contract = AnyContract,
	Local extends Contract = AnyContract,
> {
	/**
	 * Calls a method. The promise settles once: with the result; with a `ResponseError`, the remote's answer; with the reason
	 * of `signal`; with a `PeerError`, whose code says what went wrong; with the error of a request that cannot be written;
	 * or with what ended the channel. Nothing is left behind, whichever it was.
	 */
	request<M extends MethodName<Remote>>(
		method: M,
		...rest: WithParams<ParamsOf<Remote, M>, [options?: CallOptions]>
	): Promise<CheckedResult<Remote, M>>;
	/**
	 * Sends a notification, which is never answered. Resolves when there is room for more; rejects when it cannot be sent. Can
	 * be sent until the channel closes, so that handlers that `close` waits for can still tell what they have to.
	 */
	notify<N extends NotificationName<Remote>>(
		method: N,
		...rest: WithParams<ParamsOf<Remote, N>>
	): Promise<void>;
	/**
	 * Sends calls and notifications as one array (section 6), when `build` returns; returns what `build` returned.
	 *
	 *     const [sum, difference] = await Promise.all(
	 *       peer.batch((b) => [b.request("add", [1, 2]), b.request("subtract", [5, 3])]),
	 *     );
	 *
	 * Each call settles by itself, as others do. Answers are told apart by their ids, in whatever order they come. A call
	 * that the answering array leaves out rejects with `unanswered`; one error without an id, with which a remote refuses the
	 * batch as a whole, rejects them all.
	 */
	batch<T>(build: (batch: Batch<Remote>) => T): T;
	/**
	 * Adds the handler of a method or notification; returns what removes it. Throws an `Error` if there is one already, a
	 * `RangeError` for names that begin with `rpc.` (section 8), the dialect's cancellation, and what is not in the contract.
	 *
	 * Handlers that are added before anything is awaited miss nothing.
	 */
	handle<N extends NotificationName<Local>>(
		method: N,
		handler: HandlerOf<Local, N, Remote>,
	): () => void;
	/**
	 * Ends our side in peace: new calls of either side are refused, the remote's with -32001; what is under way both ways is
	 * brought to its end; then the channel is closed. Resolves when all was sent. Idempotent. `abort` ends a close that takes
	 * too long.
	 */
	close(): Promise<void>;
	/**
	 * Ends the connection now: our calls reject with the reason, the signals of handlers are aborted with it, their answers
	 * are dropped, and the channel is aborted. Default: a `DOMException` named `AbortError`. Idempotent.
	 */
	abort(reason?: unknown): void;
	/** Settles when both directions have ended, as the channel does: rejects with its first error. Never an unhandled rejection. */
	readonly closed: Promise<void>;
}

/** What a batch is built with. */
export interface Batch<Remote extends Contract = AnyContract> {
	request<M extends MethodName<Remote>>(
		method: M,
		...rest: WithParams<ParamsOf<Remote, M>, [options?: CallOptions]>
	): Promise<CheckedResult<Remote, M>>;
	notify<N extends NotificationName<Remote>>(
		method: N,
		...rest: WithParams<ParamsOf<Remote, N>>
	): void;
}

/**
 * Makes a peer of a channel, and begins to read it.
 *
 *     const peer = jsonRpcPeer(channel, { remote: calculator, dialect: lsp });
 *     await peer.request("add", [1, 2]);
 *
 * When the remote ends its side, our calls reject with `closed`, handlers that run come to their end and are answered, and
 * then our side is closed. When the channel fails, everything ends at once, with its error.
 *
 * Throws a `RangeError` or a `TypeError` that names the option for options that make no sense.
 */
export function jsonRpcPeer<
	const Remote extends Contract = AnyContract,
	const Local extends Contract = AnyContract,
>(
	channel: MessageChannel,
	options: PeerOptions<Remote, Local> = {},
): Peer<Remote, Local> {
	// The types are for the user: inside, a name is a string and a value is anything.
	const connection = new Connection(channel, options as unknown as PeerOptions);
	return connection as unknown as Peer<Remote, Local>;
}
