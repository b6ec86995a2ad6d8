import {
	busInterface,
	busName,
	busPath,
	monitoringInterface,
} from "./bus-interface.ts";
import type { CallOptions } from "./calls.ts";
import { Connection } from "./connection.ts";
import type { DBusConnection } from "./dbus-connection.ts";
import { DBusError, errorNames } from "./errors.ts";
import { formatMatchRule, type MonitorRule } from "./match-rule.ts";
import type { ConnectionOptions } from "./options.ts";
import { ownerRule } from "./owners.ts";
import type { UntypedProxy } from "./proxy.ts";
import type { SubscribeOptions, Subscription } from "./subscription.ts";
import type { DBusChannel, ReceivedMessage } from "./transport.ts";

/** How to ask for a name ("org.freedesktop.DBus.RequestName"). */
export interface RequestNameOptions extends CallOptions {
	/** Whether others may take it from us, if they ask to replace. Default: false. */
	readonly allowReplacement?: boolean | undefined;
	/** Whether to take it from an owner that allows that. Default: false. */
	readonly replaceExisting?: boolean | undefined;
	/** Whether to wait for it, behind its owner. Default: false. */
	readonly queue?: boolean | undefined;
}

/** What became of the wish for a name: it is ours, it was ours, we wait for it, or another one has it. */
export type RequestNameReply =
	| "primary-owner"
	| "already-owner"
	| "in-queue"
	| "exists";

/** What became of giving a name back: it is nobody's of ours any more, it had no owner, or another one. */
export type ReleaseNameReply = "released" | "non-existent" | "not-owner";

/** A name that has changed hands. */
export interface NameOwnerChange {
	readonly name: string;
	/** Unique names. */
	readonly oldOwner: string | undefined;
	readonly newOwner: string | undefined;
}

/** A connection to a bus. */
export interface BusConnection extends DBusConnection {
	/** The name that the bus has given us: `:1.42`. */
	readonly uniqueName: string;
	/** Asks for a name that others find us under. */
	requestName(
		name: string,
		options?: RequestNameOptions,
	): Promise<RequestNameReply>;
	/** Gives a name back. */
	releaseName(name: string, options?: CallOptions): Promise<ReleaseNameReply>;
	/** Asks who owns a name: its unique name, or `undefined` for nobody. */
	nameOwner(name: string, options?: CallOptions): Promise<string | undefined>;
	/** Tells when a name changes hands; without a name, of all names that come and go. Only what the bus itself says counts. */
	watchNames(
		name?: string,
		options?: SubscribeOptions,
	): Promise<Subscription<NameOwnerChange>>;
	/**
	 * Turns the connection into a monitor, which sees all messages that any of the rules holds for, whoever they are for; without
	 * rules, all. Rules may be texts. It can send nothing any more. While nobody asks for messages, none is read, and the bus keeps them. Closing the
	 * iteration closes the connection. Rejects with a `DBusError` where that is not allowed.
	 */
	becomeMonitor(
		rules?: readonly (MonitorRule | string)[],
		options?: CallOptions,
	): Promise<Subscription<ReceivedMessage>>;
}

/**
 * Introduces us to a bus at the other end of a channel, which is authenticated already, and begins to read it.
 *
 *     --> org.freedesktop.DBus.Hello()
 *     <-- ":1.42"
 *
 * Throws a `RangeError` that names the option for options that make no sense; rejects as the call of `Hello` does, having
 * aborted the channel.
 */
export async function busConnection(
	channel: DBusChannel,
	options: ConnectionOptions = {},
): Promise<BusConnection> {
	const connection = new Bus(channel, options);
	try {
		await connection.hello();
	} catch (error) {
		connection.abort(error);
		throw error;
	}
	// The types are for the user: inside, a name is a string and a value is anything.
	return connection as unknown as BusConnection;
}

const requestNameReplies: readonly (RequestNameReply | undefined)[] = [
	undefined,
	"primary-owner",
	"in-queue",
	"exists",
	"already-owner",
];

const releaseNameReplies: readonly (ReleaseNameReply | undefined)[] = [
	undefined,
	"released",
	"non-existent",
	"not-owner",
];

class Bus extends Connection {
	uniqueName = "";
	readonly #bus: UntypedProxy;

	constructor(channel: DBusChannel, options: ConnectionOptions) {
		super(channel, options, true);
		this.#bus = this.proxy(busInterface, {
			destination: busName,
			path: busPath,
		});
	}

	async hello(): Promise<void> {
		this.uniqueName = (await this.#bus.call("Hello")) as string;
	}

	async requestName(
		name: string,
		{
			allowReplacement = false,
			replaceExisting = false,
			queue = false,
			...options
		}: RequestNameOptions = {},
	): Promise<RequestNameReply> {
		const flags =
			(allowReplacement ? 1 : 0) | (replaceExisting ? 2 : 0) | (queue ? 0 : 4);
		const code = await this.#bus.call("RequestName", [name, flags], options);
		return meaning(requestNameReplies, code, "RequestName");
	}

	async releaseName(
		name: string,
		options?: CallOptions,
	): Promise<ReleaseNameReply> {
		const code = await this.#bus.call("ReleaseName", [name], options);
		return meaning(releaseNameReplies, code, "ReleaseName");
	}

	async nameOwner(
		name: string,
		options?: CallOptions,
	): Promise<string | undefined> {
		try {
			return (await this.#bus.call("GetNameOwner", [name], options)) as string;
		} catch (error) {
			const isNobody =
				error instanceof DBusError &&
				error.errorName === errorNames.nameHasNoOwner;
			if (isNobody) return undefined;
			throw error;
		}
	}

	watchNames(
		name?: string,
		options: SubscribeOptions = {},
	): Promise<Subscription<NameOwnerChange>> {
		const { args, ...rule } = ownerRule(name ?? "");
		return this.subscribeAs(
			name === undefined ? rule : { ...rule, args },
			{ ...options, signature: busInterface.signals.NameOwnerChanged.args },
			({ body }) => {
				const [changed, oldOwner, newOwner] = body as [string, string, string];
				return {
					name: changed,
					oldOwner: oldOwner || undefined,
					newOwner: newOwner || undefined,
				};
			},
		);
	}

	async becomeMonitor(
		rules: readonly (MonitorRule | string)[] = [],
		options: CallOptions = {},
	): Promise<Subscription<ReceivedMessage>> {
		let monitor: Subscription<ReceivedMessage> | undefined;
		await this.start(
			{
				destination: busName,
				path: busPath,
				interface: monitoringInterface.name,
				member: "BecomeMonitor",
				signature: monitoringInterface.methods.BecomeMonitor.in,
				body: [
					rules.map((rule) =>
						typeof rule === "string" ? rule : formatMatchRule(rule),
					),
					0,
				],
				reply: "",
			},
			options,
			// What comes behind the reply is what others say to each other.
			() => {
				monitor = this.monitor();
			},
		);
		return monitor as Subscription<ReceivedMessage>;
	}
}

function meaning<T>(
	replies: readonly (T | undefined)[],
	code: unknown,
	what: string,
): T {
	const reply = replies[code as number];
	if (reply === undefined)
		throw new DBusError(
			errorNames.failed,
			`The bus has answered ${what} with ${String(code)}, which means nothing`,
		);
	return reply;
}
