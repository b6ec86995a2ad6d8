import type { DBusConnection } from "./dbus-connection.ts";
import type { IncomingCall } from "./incoming-call.ts";
import type { ReceivedMessage, SentMessage } from "./transport.ts";

/** What a connection can be told. */
export interface ConnectionOptions {
	/**
	 * Milliseconds after which a call rejects with `timeout`, unless the call says otherwise, or Infinity. Default: 25,000, as
	 * in libdbus, GLib and sd-bus.
	 */
	readonly timeout?: number;
	/** The most calls that this side has in flight; beyond it, calls reject with `too-many-calls`. Default: 10,000. */
	readonly maxCalls?: number;
	/** The most signals that wait for one subscriber, unless it says otherwise. Default: 1,000. */
	readonly maxQueued?: number;
	/**
	 * The most calls of the remote that are being answered at once, until their answers are taken; the next are answered with
	 * `LimitsExceeded`, and nothing is read until that is taken. Default: 1,000.
	 */
	readonly maxHandlers?: number;
	/** Whether `Failed` tells the message of what a handler has thrown. Default: false, only a `DBusError` is told. */
	readonly exposeErrors?: boolean;
	/** What `org.freedesktop.DBus.Peer.GetMachineId` answers: 32 digits of hex. Default: it is not supported. */
	readonly machineId?: string | undefined;
	/** Closes a descriptor that came along and that nobody takes. To be given where the channel passes descriptors, and only there. */
	readonly closeFd?: ((fd: number) => void) | undefined;
	/** Is handed the connection before anything is read: what it exports misses no call. */
	readonly setup?: ((connection: DBusConnection) => void) | undefined;
	/** Is told what would otherwise go unnoticed. */
	readonly onFault?: (fault: Fault) => void;
	/** Is told of every message, before anything is done about it. */
	readonly trace?: (event: TraceEvent) => void;
}

/** What a connection goes on after without telling the remote or a caller of ours, by `kind`. */
export type Fault =
	/** A reply to no call in flight: late, twice, or never asked for. */
	| { readonly kind: "stray-reply"; readonly message: ReceivedMessage }
	/** A reply from somebody who was not called. It answers nothing: the call still waits. */
	| { readonly kind: "wrong-sender"; readonly message: ReceivedMessage }
	/** A signal that is not of the signature that its subscriber expects, who did not get it. */
	| {
			readonly kind: "unexpected-signature";
			readonly message: ReceivedMessage;
			readonly expected: string;
	  }
	/** What a handler or a property threw that is no `DBusError`, or why its answer could not be sent. */
	| {
			readonly kind: "failed";
			readonly call: IncomingCall | undefined;
			readonly error: unknown;
	  };

/** A message on its way. */
export interface TraceEvent {
	readonly direction: "sent" | "received";
	/** As it was handed to the channel, or came from it. */
	readonly message: SentMessage;
}

/** The options, checked, with their defaults. */
export interface Settings {
	readonly timeout: number;
	readonly maxCalls: number;
	readonly maxQueued: number;
	readonly maxHandlers: number;
	readonly exposeErrors: boolean;
	readonly machineId: string | undefined;
	readonly passesFds: boolean;
	readonly closeFd: (fd: number) => void;
	readonly onFault: (fault: Fault) => void;
	readonly trace: ((event: TraceEvent) => void) | undefined;
}

/** The most milliseconds that a timer can wait; beyond it, it would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** Fills in the defaults. Throws a `RangeError` that names the option at fault. */
export function settingsOf(options: ConnectionOptions): Settings {
	const {
		timeout = 25_000,
		maxCalls = 10_000,
		maxQueued = 1_000,
		maxHandlers = 1_000,
		exposeErrors = false,
		machineId,
		closeFd,
		onFault = () => {},
		trace,
	} = options;
	checkTimeout("dbusConnection()", timeout);
	for (const [name, count] of Object.entries({
		maxCalls,
		maxQueued,
		maxHandlers,
	}))
		checkCount("dbusConnection()", name, count);
	if (machineId !== undefined && !/^[0-9a-f]{32}$/i.test(machineId))
		throw new RangeError(
			`dbusConnection(): machineId must be 32 digits of hex, not ${JSON.stringify(machineId)}`,
		);
	return {
		timeout,
		maxCalls,
		maxQueued,
		maxHandlers,
		exposeErrors,
		machineId,
		passesFds: closeFd !== undefined,
		closeFd: closeFd ?? (() => {}),
		onFault,
		trace,
	};
}

/** Throws a `RangeError` for what cannot be counted up to. */
export function checkCount(where: string, name: string, count: number): void {
	if (
		count !== Number.POSITIVE_INFINITY &&
		!(Number.isSafeInteger(count) && count >= 1)
	)
		throw new RangeError(
			`${where}: ${name} must be a whole number of 1 or more, or Infinity, not ${count}`,
		);
}

/** Throws a `RangeError` for what no timer can wait. */
export function checkTimeout(where: string, timeout: number): void {
	if (timeout === Number.POSITIVE_INFINITY) return;
	if (!(timeout > 0 && timeout <= LONGEST))
		throw new RangeError(
			`${where}: timeout must be more than 0 and at most ${LONGEST} milliseconds, or Infinity, not ${timeout}`,
		);
}
