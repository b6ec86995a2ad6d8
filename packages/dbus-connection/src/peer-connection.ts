import { Connection } from "./connection.ts";
import type { DBusConnection } from "./dbus-connection.ts";
import type { ConnectionOptions } from "./options.ts";
import type { DBusChannel } from "./transport.ts";

/**
 * Makes one end of a connection between two peers, without a bus, of a channel that is authenticated already; begins to read it.
 *
 * When the remote ends its side, our calls and subscriptions reject with `closed`, handlers that run come to their end and are
 * answered, and then our side is closed. When the channel fails, everything ends at once, with its error.
 *
 * Throws a `RangeError` that names the option for options that make no sense.
 */
export function dbusConnection(
	channel: DBusChannel,
	options: ConnectionOptions = {},
): DBusConnection {
	// The types are for the user: inside, a name is a string and a value is anything.
	return new Connection(channel, options, false) as unknown as DBusConnection;
}
