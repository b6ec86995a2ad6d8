import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import {
	type Address,
	connectTarget,
	parseAddress,
} from "@framewright/dbus-address";
import {
	type AuthClient,
	type Authenticated,
	type AuthServer,
	authClient,
	authServer,
} from "@framewright/dbus-auth";
import { cookieKeyring } from "@framewright/dbus-auth/node";
import { dbusMessage } from "@framewright/dbus-message";
import { channel } from "@framewright/streams";
import { nodeChannel } from "@framewright/streams/node";
import { ConnectionError } from "./errors.ts";
import { handshake } from "./handshake.ts";
import type {
	AcceptOptions,
	ConnectOptions,
	SocketOptions,
} from "./node-options.ts";
import { PacketWire } from "./packet-wire.ts";
import { packets } from "./packets.ts";
import { SocketWire, type Streams, streamsOf } from "./socket-wire.ts";
import type { DBusChannel, PacketTransport } from "./transport.ts";

/** A channel whose other end is authenticated, and nothing was said yet. */
export interface OpenChannel {
	readonly channel: DBusChannel;
	readonly authenticated: Authenticated;
	/** The address that was connected to, of those that were given. */
	readonly address: Address;
}

/**
 * Connects to the first of an address's alternatives that lets us in, and authenticates.
 *
 *     unix:path=/run/user/1000/bus;tcp:host=127.0.0.1,port=4000
 *     `-- tried first              `-- then this
 *
 * Throws the `DecodeError` of an address that is none; rejects with why the only one failed, or with an `AggregateError` of why
 * each did.
 */
export async function openChannel(
	address: string,
	options: ConnectOptions = {},
): Promise<OpenChannel> {
	const errors: unknown[] = [];
	const addresses = parseAddress(address);
	for (const each of addresses)
		try {
			return { ...(await open(each, options)), address: each };
		} catch (error) {
			options.signal?.throwIfAborted();
			errors.push(error);
		}
	if (errors.length === 1) throw errors[0];
	const reasons = errors.map((error) => (error as Error).message).join("; ");
	throw new AggregateError(
		errors,
		errors.length === 0
			? "The address is empty"
			: `Nobody could be connected to: ${reasons}`,
	);
}

/** Authenticates whoever has connected to a server of ours. */
export function acceptChannel(
	socket: import("node:net").Socket,
	options: AcceptOptions,
): Promise<Omit<OpenChannel, "address">> {
	const { guid, credentials, mechanisms = ["EXTERNAL"], fds } = options;
	const side = authServer({
		guid,
		credentials,
		mechanisms,
		unixFds: fds !== undefined,
	});
	return fds === undefined
		? overStreams(streamsOf(socket), side, options)
		: overPackets(fds.accept(socket), side, options);
}

async function open(
	address: Address,
	options: ConnectOptions,
): Promise<Omit<OpenChannel, "address">> {
	const target = connectTarget(address, {
		platform: process.platform,
		nodeVersion: process.versions.node,
		env: process.env,
	});
	const { fds, signal } = options;
	const passesFds = fds !== undefined && "path" in target;
	const side = clientOf(options, passesFds);
	const opened = passesFds
		? await overPackets(
				await fds.connect(target.path, { signal }),
				side,
				options,
			)
		: await overStreams(await dial(target), side, options);
	const { guid } = opened.authenticated;
	if (address.guid !== undefined && address.guid !== guid) {
		const error = new ConnectionError(
			"refused",
			`The server's GUID is ${guid}, and not that of its address`,
		);
		opened.channel.abort(error);
		throw error;
	}
	return opened;
}

function clientOf(options: ConnectOptions, unixFds: boolean): AuthClient {
	const { identity = process.getuid?.().toString() } = options;
	const { mechanisms = identity === undefined ? ["EXTERNAL"] : BOTH } = options;
	return authClient({ mechanisms, identity, unixFds });
}

const BOTH = ["EXTERNAL", "DBUS_COOKIE_SHA1"] as const;

async function dial(
	target: ReturnType<typeof connectTarget>,
): Promise<Streams> {
	if ("command" in target) {
		const { command, args, argv0 } = target;
		const child = spawn(command, args, {
			stdio: ["pipe", "pipe", "inherit"],
			...(argv0 === undefined ? {} : { argv0 }),
		});
		child.on("error", (error) => child.stdout.destroy(error));
		return { readable: child.stdout, writable: child.stdin };
	}
	const socket = "path" in target ? connect(target.path) : connect(target);
	if ("noncefile" in target && target.noncefile !== undefined) {
		const nonce = await readFile(target.noncefile);
		socket.write(nonce.subarray(0, 16));
	}
	return streamsOf(socket);
}

async function overStreams(
	streams: Streams,
	side: AuthClient | AuthServer,
	options: SocketOptions,
): Promise<Omit<OpenChannel, "address">> {
	const wire = new SocketWire(streams);
	try {
		const authenticated = await inTime(
			handshake(wire, side, options.keyring ?? cookieKeyring()),
			options,
			wire.fail,
		);
		wire.release(side.rest());
		return {
			authenticated,
			channel: nodeChannel(streams, messagesOf(options)),
		};
	} catch (error) {
		streams.readable.destroy();
		streams.writable.destroy();
		throw error;
	}
}

async function overPackets(
	transport: PacketTransport,
	side: AuthClient | AuthServer,
	options: SocketOptions,
): Promise<Omit<OpenChannel, "address">> {
	const wire = new PacketWire(transport);
	try {
		const authenticated = await inTime(
			handshake(wire, side, options.keyring ?? cookieKeyring()),
			options,
			wire.fail,
		);
		// Where the other side passes none, none will come, and an attempt to send some is an error that names it.
		const rest = wire.release(side.rest());
		return {
			authenticated,
			channel: channel(rest, packets(messagesOf(options))),
		};
	} catch (error) {
		wire.fail(error);
		throw error;
	}
}

function messagesOf({ maxMessageLength }: SocketOptions) {
	return dbusMessage(
		maxMessageLength === undefined ? {} : { maxLength: maxMessageLength },
	);
}

/** Waits for a promise as long as the options allow. */
async function inTime<T>(
	promise: Promise<T>,
	{ signal, handshakeTimeout = 30_000 }: SocketOptions,
	fail: (reason: unknown) => void,
): Promise<T> {
	const timer = setTimeout(() => {
		const message = `The other side has not authenticated in ${handshakeTimeout} ms`;
		fail(new ConnectionError("timeout", message));
	}, handshakeTimeout);
	const onAbort = (): void => fail(signal?.reason);
	if (signal?.aborted) onAbort();
	signal?.addEventListener("abort", onAbort);
	try {
		return await promise;
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener("abort", onAbort);
	}
}
