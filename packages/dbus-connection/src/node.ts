import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { sessionBusAddress, systemBusAddress } from "@framewright/dbus-address";
import { type BusConnection, busConnection } from "./bus-connection.ts";
import type { DBusConnection } from "./dbus-connection.ts";
import { acceptChannel, openChannel } from "./dial.ts";
import type {
	AcceptOptions,
	ConnectOptions,
	ConnectPeerOptions,
	SocketOptions,
} from "./node-options.ts";
import type { ConnectionOptions } from "./options.ts";
import { dbusConnection } from "./peer-connection.ts";

export { type OpenChannel, openChannel } from "./dial.ts";
export type {
	AcceptOptions,
	ConnectOptions,
	ConnectPeerOptions,
	SocketOptions,
} from "./node-options.ts";
export type { FdPassing, Packet, PacketTransport } from "./transport.ts";

/** Connects to the user's session bus: where `DBUS_SESSION_BUS_ADDRESS` says, or to the socket in `XDG_RUNTIME_DIR`. */
export function sessionBus(options?: ConnectOptions): Promise<BusConnection> {
	return connectBus(sessionBusAddress(process.env, process.platform), options);
}

/** Connects to the system bus: where `DBUS_SYSTEM_BUS_ADDRESS` says, or to the socket that the specification tells. */
export function systemBus(options?: ConnectOptions): Promise<BusConnection> {
	return connectBus(systemBusAddress(process.env), options);
}

/**
 * Connects to a bus: tries the addresses in order, authenticates, says Hello.
 *
 *     const bus = await connectBus("unix:path=/run/user/1000/bus");
 *
 * Rejects with the `DecodeError` of an address that is none; with the error of the only address, or an `AggregateError` with
 * those of all: an `UnsupportedAddressError`, the socket's own, a `ConnectionError` (`refused`, `timeout`), or the `DBusError` of
 * a bus that wants no more of us.
 */
export async function connectBus(
	address: string,
	options: ConnectOptions = {},
): Promise<BusConnection> {
	const { channel } = await openChannel(address, options);
	return busConnection(channel, await connectionOptions(options));
}

/** Connects to a peer, without a bus. Rejects as `connectBus` does. */
export async function connectPeer(
	address: string,
	options: ConnectPeerOptions = {},
): Promise<DBusConnection> {
	const { channel } = await openChannel(address, options);
	return dbusConnection(channel, await connectionOptions(options));
}

/**
 * Serves a peer that has connected to a server of ours, of whose socket nothing was read.
 *
 *     createServer((socket) => acceptPeer(socket, { guid, credentials, setup }).catch(log))
 *
 * Rejects with a `ConnectionError` (`refused`, `timeout`), a `DecodeError`, or the socket's own error; the socket is destroyed
 * then.
 */
export async function acceptPeer(
	socket: Socket,
	options: AcceptOptions,
): Promise<DBusConnection> {
	const { channel } = await acceptChannel(socket, options);
	return dbusConnection(channel, await connectionOptions(options));
}

async function connectionOptions({
	fds,
	...options
}: SocketOptions): Promise<ConnectionOptions> {
	return {
		machineId: await readMachineId(),
		...options,
		closeFd: fds && ((fd) => fds.close(fd)),
	};
}

/** Reads what D-Bus calls the id of the machine ("org.freedesktop.DBus.Peer.GetMachineId"). */
async function readMachineId(): Promise<string | undefined> {
	for (const file of ["/var/lib/dbus/machine-id", "/etc/machine-id"])
		try {
			const id = (await readFile(file, "latin1")).trim();
			if (/^[0-9a-f]{32}$/i.test(id)) return id;
		} catch {
			// The next one, or none: not all systems have one.
		}
	return undefined;
}
