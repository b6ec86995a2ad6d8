import type { Id } from "@framewright/json-rpc";
import type {
	AnyContract,
	CheckedParams,
	Contract,
	MethodName,
	NotificationName,
	ResultOf,
} from "./contract.ts";
import type { Peer } from "./peer.ts";

/** A request or notification of the remote's, as its handler sees it. */
export interface IncomingCall<P = Peer> {
	/** The request's id; `undefined` for a notification. */
	readonly id: Id | undefined;
	readonly method: string;
	/** As they came; a handler's own argument was checked. */
	readonly params: unknown;
	/** Aborted when the remote cancels the request, or the connection ends abruptly. */
	readonly signal: AbortSignal;
	/**
	 * Tells the caller how far the work is, if it asked for that, until the request is answered. Resolves when there is room
	 * for more; never rejects.
	 */
	progress(value: unknown): Promise<void>;
	/** Hands the caller a part of the result, if it asked for that (LSP). */
	partialResult(value: unknown): Promise<void>;
	/** The peer that received it, for calls back. */
	readonly peer: P;
}

/**
 * Handles the requests and the notifications of one name: these are the same but for the answer (section 4.1). What it
 * returns, or its promise resolves with, is the result, `undefined` being null; what it throws is the error.
 */
export type Handler<Params, Result, P = Peer> = (
	params: Params,
	call: IncomingCall<P>,
) => Result | Promise<Result>;

/** The handler of a name in a contract. */
export type HandlerOf<
	Local extends Contract,
	Name,
	Remote extends Contract = AnyContract,
> = Handler<
	CheckedParams<Local, Name>,
	ResultOf<Local, Name>,
	Peer<Remote, Local>
>;

/** Handlers by name: of any, or of all, that the contract has. */
export type Handlers<
	Local extends Contract,
	Remote extends Contract = AnyContract,
> = {
	readonly [Name in MethodName<Local> | NotificationName<Local>]?: HandlerOf<
		Local,
		Name,
		Remote
	>;
};
