import type {
	InterfaceDescription,
	NodeDescription,
} from "@framewright/dbus-introspection";
import type {
	BodyInputOf,
	BodyOf,
	CheckedSignature,
} from "@framewright/dbus-marshal";
import type { Signal } from "@framewright/dbus-message";
import type { CallOptions, MethodCallInit, Reply } from "./calls.ts";
import type { ExportedInterface, Implementation } from "./implementation.ts";
import type {
	ManagedObjects,
	ManagedObjectsOptions,
} from "./managed-objects.ts";
import type { MatchRule } from "./match-rule.ts";
import type { ObjectProxy, ObjectReference } from "./proxy.ts";
import type { SubscribeOptions, Subscription } from "./subscription.ts";

/** A signal to send. */
export interface SignalInit<S extends string = string> {
	readonly path: string;
	readonly interface: string;
	readonly member: string;
	/** Who alone is to get it. Default: whoever wants it. */
	readonly destination?: string | undefined;
	/** The types of the arguments. Default: `""`, none. */
	readonly signature?: CheckedSignature<S> | undefined;
	readonly body?: BodyInputOf<S> | undefined;
}

/** A signal that was received. */
export type ReceivedSignal<S extends string = string> = Signal<BodyOf<S>> & {
	/** Descriptors that came along, which are the subscriber's now; only if it asked for them. */
	readonly fds?: readonly number[];
};

/** What a subscription to signals can be told. */
export interface SignalOptions<S extends string = string>
	extends SubscribeOptions {
	/** The signature that the signals must have: it types their bodies. Others are not handed over. Default: any. */
	readonly signature?: CheckedSignature<S> | undefined;
	/** Whether to get descriptors that come along. Otherwise they are closed, and an `h` is -1. Default: false. */
	readonly fds?: boolean | undefined;
}

/**
 * One end of a connection, on a bus or between two peers; both ends call, and both are called.
 *
 *     call({ destination, path, interface, member, signature: "s", body: ["x"] })    --> method_call
 *                                                                                    <-- method_return, or error
 *     emit({ path, interface, member, signature: "u", body: [7] })                   --> signal
 *     for await (const signal of await subscribe({ interface, member }))             <-- signal
 *     export(path, description, { methods, properties })                             <-- method_call
 *                                                                                    --> method_return, or error
 *
 * Values are those of `@framewright/dbus-marshal`, but for `h`: that is the descriptor itself, both ways, and no index.
 */
export interface DBusConnection {
	/**
	 * Calls a method. The promise settles once: with the reply; with a `DBusError`, the remote's answer; with the reason of
	 * `signal`; with a `ConnectionError`, whose code says what went wrong; with the error of a call that cannot be written; or
	 * with what ended the channel. Nothing is left behind, whichever it was.
	 */
	call<const S extends string = "", const R extends string = string>(
		call: MethodCallInit<S, R>,
		options?: CallOptions,
	): Promise<Reply<R>>;
	/** Calls a method that is not to be answered. Resolves when there is room for more. */
	callWithoutReply<const S extends string = "">(
		call: Omit<MethodCallInit<S>, "reply">,
		options?: Omit<CallOptions, "signal" | "timeout">,
	): Promise<void>;
	/** Sends a signal. Resolves when there is room for more. */
	emit<const S extends string = "">(signal: SignalInit<S>): Promise<void>;
	/**
	 * Receives signals. Resolves when the bus has taken the rule: what is sent from then on is not missed. Rules are counted: the
	 * last subscriber that leaves takes it back. Between two peers, there is no bus, and `sender` means nothing.
	 */
	subscribe<const S extends string = string>(
		rule: MatchRule,
		options?: SignalOptions<S>,
	): Promise<Subscription<ReceivedSignal<S>>>;
	/** Makes what an object's interface is called with, typed by its description. Sends nothing. */
	proxy<const I extends InterfaceDescription>(
		description: I,
		object: ObjectReference,
	): ObjectProxy<I>;
	/** Asks an object for its description. Rejects with a `DecodeError` for XML that is none. */
	introspect(
		object: ObjectReference,
		options?: CallOptions,
	): Promise<NodeDescription>;
	/** Asks for the objects of an ObjectManager, and follows them from then on. */
	managedObjects(
		object: ObjectReference,
		options?: ManagedObjectsOptions,
	): Promise<ManagedObjects>;
	/**
	 * Adds an interface to an object of ours. The interfaces Peer, Introspectable and Properties are answered by themselves.
	 * Throws a `RangeError` or a `TypeError` for a description and an implementation that do not fit, an `Error` if the object
	 * has that interface already.
	 *
	 * Objects that are exported before anything is awaited miss nothing.
	 */
	export<const I extends InterfaceDescription>(
		path: string,
		description: I,
		implementation: Implementation<I>,
	): ExportedInterface<I>;
	/** Makes an object of ours tell which objects are below it, and which come and go: ObjectManager. Returns what ends that. */
	exportObjectManager(path: string): () => void;
	/**
	 * Ends our side in peace: our calls reject with `closed`, subscriptions end, new calls of the remote are refused; those that
	 * run are answered; then the channel is closed. Resolves when all was sent. Idempotent. `abort` ends a close that takes too
	 * long.
	 */
	close(): Promise<void>;
	/**
	 * Ends the connection now: our calls and subscriptions reject with the reason, the signals of handlers are aborted with it,
	 * their answers are dropped, and the channel is aborted. Default: a `DOMException` named `AbortError`. Idempotent.
	 */
	abort(reason?: unknown): void;
	/** Settles when both directions have ended, as the channel does: rejects with its first error. Never an unhandled rejection. */
	readonly closed: Promise<void>;
}
