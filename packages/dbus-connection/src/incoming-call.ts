import type { MethodCall } from "@framewright/dbus-message";
import type { DBusConnection } from "./dbus-connection.ts";

/** A call of the remote, as its handler sees it. */
export interface IncomingCall {
	readonly message: MethodCall;
	/** The unique name of the caller, which nobody can forge. Between two peers, there is none. */
	readonly sender: string | undefined;
	readonly path: string;
	readonly interface: string;
	readonly member: string;
	readonly connection: DBusConnection;
	/** Is aborted when nobody is there any more to answer. */
	readonly signal: AbortSignal;
	/** Keeps the descriptors among the arguments, which are the handler's to close then. Otherwise they are closed when it is done. */
	keepFds(): void;
}

/** A call, and what becomes of it. */
export class Incoming implements IncomingCall {
	readonly message: MethodCall;
	readonly interface: string;
	readonly connection: DBusConnection;
	keepsFds = false;
	/** Most handlers do not ask for it. */
	#controller: AbortController | undefined;
	#abortion: { readonly reason: unknown } | undefined;

	constructor(message: MethodCall, of: string, connection: DBusConnection) {
		this.message = message;
		this.interface = of;
		this.connection = connection;
	}

	get sender(): string | undefined {
		return this.message.sender;
	}

	get path(): string {
		return this.message.path;
	}

	get member(): string {
		return this.message.member;
	}

	get signal(): AbortSignal {
		this.#controller ??= new AbortController();
		if (this.#abortion !== undefined)
			this.#controller.abort(this.#abortion.reason);
		return this.#controller.signal;
	}

	keepFds(): void {
		this.keepsFds = true;
	}

	abort(reason: unknown): void {
		this.#abortion ??= { reason };
		this.#controller?.abort(reason);
	}
}
