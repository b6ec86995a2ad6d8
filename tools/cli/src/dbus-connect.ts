import { DecodeError } from "@framewright/codec";
import {
	parseAddress,
	sessionBusAddress,
	systemBusAddress,
	UnsupportedAddressError,
} from "@framewright/dbus-address";
import {
	type BusConnection,
	ConnectionError,
	type DBusConnection,
	DBusError,
} from "@framewright/dbus-connection";
import {
	type ConnectOptions,
	connectBus,
	connectPeer,
} from "@framewright/dbus-connection/node";
import { Exit, reasonOf } from "./exit.ts";

/** What `-` stands for in place of a destination: nobody, between two peers. */
export const NO_DESTINATION = "-";

/** Connects to a bus at an address, `session` or `system`. Throws an `Exit`. */
export async function busAt(
	address: string,
	options: ConnectOptions,
): Promise<BusConnection> {
	const server = addressOf(address);
	return await connectBus(server, options).catch((error) => {
		throw dbusExit(error);
	});
}

/** Connects to a bus; or, where there is no destination, to a peer without a bus. Throws an `Exit`. */
export async function busOrPeerAt(
	address: string,
	destination: string,
	options: ConnectOptions,
): Promise<DBusConnection> {
	if (destination !== NO_DESTINATION) return await busAt(address, options);
	const server = addressOf(address);
	return await connectPeer(server, options).catch((error) => {
		throw dbusExit(error);
	});
}

function addressOf(text: string): string {
	const address =
		text === "session"
			? sessionBusAddress(process.env, process.platform)
			: text === "system"
				? systemBusAddress(process.env)
				: text;
	try {
		parseAddress(address);
	} catch (error) {
		throw new Exit(
			"usage",
			`"${address}" is no address of D-Bus, as session, system or unix:path=PATH are: ${reasonOf(error)}`,
		);
	}
	return address;
}

/** Says what went wrong with a connection or a call. */
export function dbusExit(error: unknown): Exit {
	if (error instanceof Exit) return error;
	if (error instanceof DBusError)
		return new Exit(
			"errorResponse",
			`error response ${error.errorName}: ${error.message}`,
		);
	if (error instanceof UnsupportedAddressError)
		return new Exit("usage", error.message);
	if (error instanceof ConnectionError)
		return new Exit("noAnswer", error.message);
	if (error instanceof DecodeError)
		return new Exit("input", `the peer sent ${reasonOf(error)}`);
	// What cannot be encoded, or is no name.
	if (error instanceof RangeError || error instanceof TypeError)
		return new Exit("input", error.message);
	return new Exit("noAnswer", reasonOf(error));
}
