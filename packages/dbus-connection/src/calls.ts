import type {
	BodyInputOf,
	BodyOf,
	CheckedSignature,
} from "@framewright/dbus-marshal";
import {
	type ErrorReply,
	flags,
	type MethodReturn,
} from "@framewright/dbus-message";
import { ConnectionError, errorOf } from "./errors.ts";
import { Line } from "./line.ts";
import { checkTimeout, type Settings } from "./options.ts";
import { Serials } from "./serials.ts";
import type { DBusChannel } from "./transport.ts";

/** A call, without its types. */
export interface CallFields {
	/** Who is called. Left out between two peers. */
	readonly destination?: string | undefined;
	readonly path: string;
	/** Left out, the remote chooses among the methods of that name. */
	readonly interface?: string | undefined;
	readonly member: string;
	readonly signature?: string | undefined;
	readonly body?: readonly unknown[] | undefined;
	readonly reply?: string | undefined;
}

/** A call: whose method, and with what. */
export interface MethodCallInit<
	S extends string = string,
	R extends string = string,
> extends Omit<CallFields, "signature" | "body" | "reply"> {
	/** The types of the arguments. Default: `""`, none. */
	readonly signature?: CheckedSignature<S> | undefined;
	/** The arguments. */
	readonly body?: BodyInputOf<S> | undefined;
	/** What the signature of the reply must be: it types the reply's body. Default: any. */
	readonly reply?: CheckedSignature<R> | undefined;
}

/** What a call can be told. */
export interface CallOptions {
	/** Gives the call up: it rejects with the signal's reason. D-Bus cannot tell the remote. */
	readonly signal?: AbortSignal | undefined;
	/** Milliseconds until the call rejects with `timeout`, or Infinity. Default: the connection's. */
	readonly timeout?: number | undefined;
	/** Whether the bus may start the service that is called. Default: true. */
	readonly autoStart?: boolean | undefined;
	/** Whether the remote may ask the user for authorization, while the caller waits: set a longer timeout. Default: false. */
	readonly allowInteractiveAuthorization?: boolean | undefined;
}

/** What answers a call. */
export type Reply<R extends string = string> = MethodReturn<BodyOf<R>> & {
	/** Descriptors that came along, those in the body, which are the caller's now. */
	readonly fds?: readonly number[];
};

type ReplyMessage = (MethodReturn | ErrorReply) & {
	readonly fds?: readonly number[];
};

interface Pending {
	readonly destination: string | undefined;
	readonly what: string;
	readonly reply: string | undefined;
	readonly resolve: (reply: Reply) => void;
	readonly reject: (reason: unknown) => void;
	/** Is handed the reply in the order of the wire, before any message behind it; its promise settles later. */
	readonly onReply: ((reply: Reply) => void) | undefined;
	timer: ReturnType<typeof setTimeout> | undefined;
	stopListening: (() => void) | undefined;
}

const BUS = "org.freedesktop.DBus";

/** Our calls: sends them, and settles each one once. */
export class Calls {
	/** Whether messages have senders, because a bus fills them in. */
	readonly isOnBus: boolean;
	readonly line: Line;
	readonly #settings: Settings;
	readonly #pending: Map<number, Pending> = new Map();
	readonly #serials: Serials = new Serials((serial) =>
		this.#pending.has(serial),
	);
	#refusal: { readonly reason: unknown } | undefined;

	constructor(channel: DBusChannel, settings: Settings, isOnBus: boolean) {
		this.isOnBus = isOnBus;
		this.line = new Line(channel, this.#serials, settings);
		this.#settings = settings;
	}

	/** Sends a call; whatever keeps it from being sent, the promise rejects with. */
	call(
		init: CallFields,
		options: CallOptions = {},
		onReply?: (reply: Reply) => void,
	): Promise<Reply> {
		return new Promise((resolve, reject) => {
			if (this.#refusal !== undefined) throw this.#refusal.reason;
			const { timeout = this.#settings.timeout, signal } = options;
			checkTimeout("call()", timeout);
			signal?.throwIfAborted();
			const { maxCalls } = this.#settings;
			if (this.#pending.size >= maxCalls)
				throw new ConnectionError(
					"too-many-calls",
					`${maxCalls} calls may be in flight at most`,
				);
			const { destination, reply } = init;
			const what = nameOf(init);
			const serial = this.#serials.next();
			const call: Pending = {
				destination,
				what,
				reply,
				resolve,
				reject,
				onReply,
				timer: undefined,
				stopListening: undefined,
			};
			const giveUp = (reason: unknown): void => {
				if (this.#take(serial) !== undefined) reject(reason);
			};
			this.#pending.set(serial, call);
			if (timeout !== Number.POSITIVE_INFINITY)
				call.timer = setTimeout(() => {
					const message = `No answer to ${what} in ${timeout} ms`;
					giveUp(new ConnectionError("timeout", message));
				}, timeout);
			if (signal !== undefined) {
				const onAbort = (): void => giveUp(signal.reason);
				signal.addEventListener("abort", onAbort);
				call.stopListening = () => signal.removeEventListener("abort", onAbort);
			}
			this.line.send(messageOf(init, options, 0), serial).catch(giveUp);
		});
	}

	/** Sends a call that is not to be answered. */
	post(init: CallFields, options: CallOptions = {}): Promise<void> {
		return this.#refusal === undefined
			? this.line.send(messageOf(init, options, flags.noReplyExpected))
			: Promise.reject(this.#refusal.reason);
	}

	/** Settles the call that a message answers. Returns false if it answers none. */
	receive(message: ReplyMessage): boolean {
		const { replySerial } = message;
		const call = this.#pending.get(replySerial);
		if (call === undefined) {
			this.#settings.onFault({ kind: "stray-reply", message });
			return false;
		}
		if (!this.#isFromCallee(message, call)) {
			this.#settings.onFault({ kind: "wrong-sender", message });
			return false;
		}
		this.#take(replySerial);
		if (message.type === "error") {
			call.reject(errorOf(message));
			return false;
		}
		if (call.reply !== undefined && call.reply !== message.signature) {
			call.reject(
				new ConnectionError(
					"unexpected-reply",
					`${call.what} was answered with "${message.signature}", not with "${call.reply}"`,
				),
			);
			return false;
		}
		call.onReply?.(message);
		call.resolve(message);
		return true;
	}

	/** Rejects all calls, and those that will be made. */
	refuse(reason: unknown): void {
		this.#refusal ??= { reason };
		for (const serial of [...this.#pending.keys()])
			this.#take(serial)?.reject(reason);
	}

	/**
	 * On a bus, a reply has a sender that nobody can forge. Who owned a well-known name when the call arrived, we do not know;
	 * and the bus itself answers for those who cannot.
	 */
	#isFromCallee(
		{ type, sender }: MethodReturn | ErrorReply,
		{ destination }: Pending,
	): boolean {
		if (!this.isOnBus) return true;
		if (sender === destination || (type === "error" && sender === BUS))
			return true;
		const isWellKnown =
			destination !== undefined &&
			destination !== BUS &&
			!destination.startsWith(":");
		return isWellKnown && sender?.startsWith(":") === true;
	}

	#take(serial: number): Pending | undefined {
		const call = this.#pending.get(serial);
		if (call === undefined) return undefined;
		this.#pending.delete(serial);
		if (call.timer !== undefined) clearTimeout(call.timer);
		call.stopListening?.();
		return call;
	}
}

function messageOf(
	{
		destination,
		path,
		interface: of,
		member,
		signature = "",
		body = [],
	}: CallFields,
	{ autoStart = true, allowInteractiveAuthorization = false }: CallOptions,
	initial: number,
) {
	let bits = initial;
	if (!autoStart) bits |= flags.noAutoStart;
	if (allowInteractiveAuthorization)
		bits |= flags.allowInteractiveAuthorization;
	return {
		type: "method_call",
		flags: bits,
		path,
		member,
		signature,
		body,
		...(of === undefined ? {} : { interface: of }),
		...(destination === undefined ? {} : { destination }),
	} as const;
}

function nameOf({ interface: of, member, path }: CallFields): string {
	return `${of === undefined ? "" : `${of}.`}${member} at ${path}`;
}
