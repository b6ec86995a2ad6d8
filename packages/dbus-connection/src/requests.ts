import { flags, type MethodCall } from "@framewright/dbus-message";
import type { DBusConnection } from "./dbus-connection.ts";
import { DBusError, errorNames } from "./errors.ts";
import { isThenable } from "./exported.ts";
import { Incoming } from "./incoming-call.ts";
import type { Line, Unnumbered } from "./line.ts";
import type { Found, Objects } from "./objects.ts";
import type { Settings } from "./options.ts";

type CallMessage = MethodCall & { readonly fds?: readonly number[] };

/** The remote's calls: runs their handlers, and answers each call once. Where it returns a promise, reading should wait for that. */
export class Requests {
	readonly #connection: DBusConnection;
	readonly #line: Line;
	readonly #objects: Objects;
	readonly #settings: Settings;
	readonly #onIdle: () => void;
	readonly #running: Set<Incoming> = new Set();
	#isClosing = false;
	#isAborted = false;

	constructor(
		connection: DBusConnection,
		line: Line,
		objects: Objects,
		settings: Settings,
		onIdle: () => void,
	) {
		this.#connection = connection;
		this.#line = line;
		this.#objects = objects;
		this.#settings = settings;
		this.#onIdle = onIdle;
	}

	/** Whether nothing runs or is to be answered. */
	get isIdle(): boolean {
		return this.#running.size === 0;
	}

	/** Takes in a call. */
	receive(message: CallMessage): Promise<void> | undefined {
		const refusal = this.#refusal();
		if (refusal !== undefined) {
			this.#closeFds(message);
			return isAnswered(message)
				? this.#send(errorReply(message, refusal), undefined)
				: undefined;
		}
		let found: Found;
		try {
			found = this.#objects.find(message);
		} catch (error) {
			const call = this.#start(message, message.interface ?? "");
			this.#fail(call, error);
			return undefined;
		}
		const call = this.#start(message, found.interface);
		this.#run(call, found);
		return undefined;
	}

	/** Refuses the calls that will come. */
	refuseNew(): void {
		this.#isClosing = true;
	}

	/** Aborts all handlers; nothing is answered any more. */
	abort(reason: unknown): void {
		this.#isClosing = true;
		this.#isAborted = true;
		const running = [...this.#running];
		this.#running.clear();
		for (const call of running) call.abort(reason);
	}

	#refusal(): DBusError | undefined {
		if (this.#isClosing)
			return new DBusError(
				errorNames.disconnected,
				"The connection is being closed",
			);
		const { maxHandlers } = this.#settings;
		return this.#running.size >= maxHandlers
			? new DBusError(
					errorNames.limitsExceeded,
					`${maxHandlers} calls are being answered already`,
				)
			: undefined;
	}

	#start(message: CallMessage, of: string): Incoming {
		const call = new Incoming(message, of, this.#connection);
		this.#running.add(call);
		return call;
	}

	#run(call: Incoming, found: Found): void {
		let result: unknown;
		try {
			result = found.method.run(...call.message.body, call);
		} catch (error) {
			this.#fail(call, error);
			return;
		}
		if (isThenable(result))
			Promise.resolve(result).then(
				(result) => this.#succeed(call, found, result),
				(error) => this.#fail(call, error),
			);
		else this.#succeed(call, found, result);
	}

	#succeed(call: Incoming, { method }: Found, result: unknown): void {
		const { out, results } = method;
		if (results > 1 && !Array.isArray(result)) {
			const what = `${call.interface}.${call.member}`;
			this.#fail(
				call,
				new TypeError(
					`${what} must return an array of ${results} values, for "${out}"`,
				),
			);
			return;
		}
		this.#answer(call, {
			...replyTo(call.message),
			type: "method_return",
			signature: out,
			body: results === 0 ? [] : results === 1 ? [result] : result,
		} as Unnumbered);
	}

	#fail(call: Incoming, error: unknown): void {
		const isForRemote = error instanceof DBusError;
		if (!isForRemote && !this.#isAborted)
			this.#settings.onFault({ kind: "failed", call, error });
		this.#answer(call, errorReply(call.message, this.#told(error)));
	}

	/** What the remote is told of what a handler has thrown. */
	#told(error: unknown): DBusError {
		if (error instanceof DBusError) return error;
		return new DBusError(
			errorNames.failed,
			this.#settings.exposeErrors && error instanceof Error
				? error.message
				: "The method failed",
		);
	}

	#answer(call: Incoming, reply: Unnumbered): void {
		if (!this.#running.has(call) || !isAnswered(call.message)) {
			this.#release(call);
			return;
		}
		// Until the remote takes it, the answer takes up the handler's room: so it feels that it does not read.
		this.#send(reply, call).then(() => this.#release(call));
	}

	/** Sends a reply, or another one in its place. Never rejects. */
	#send(reply: Unnumbered, call: Incoming | undefined): Promise<void> {
		return this.#line.send(reply).catch((error: unknown) => {
			if (this.#isAborted || call === undefined) return undefined;
			this.#settings.onFault({ kind: "failed", call, error });
			// What a handler returned cannot be written; or it is the channel that has failed, and this fails, too.
			return this.#line
				.send(errorReply(call.message, this.#told(error)))
				.catch(() => {});
		});
	}

	#release(call: Incoming): void {
		if (!call.keepsFds) this.#closeFds(call.message);
		if (this.#running.delete(call)) this.#onIdle();
	}

	#closeFds({ fds = [] }: CallMessage): void {
		for (const fd of fds) this.#settings.closeFd(fd);
	}
}

function isAnswered(message: CallMessage): boolean {
	return (message.flags & flags.noReplyExpected) === 0;
}

function replyTo({ serial, sender }: CallMessage) {
	return {
		flags: flags.noReplyExpected,
		replySerial: serial,
		...(sender === undefined ? {} : { destination: sender }),
	};
}

function errorReply(
	message: CallMessage,
	{ errorName, signature, body }: DBusError,
): Unnumbered {
	return {
		...replyTo(message),
		type: "error",
		errorName,
		signature,
		body,
	};
}
