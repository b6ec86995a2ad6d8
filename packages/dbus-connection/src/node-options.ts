import type { Mechanism } from "@framewright/dbus-auth";
import type { CookieKeyring } from "@framewright/dbus-auth/node";
import type { DBusConnection } from "./dbus-connection.ts";
import type { ConnectionOptions } from "./options.ts";
import type { FdPassing } from "./transport.ts";

/** What both ends of a socket can be told. */
export interface SocketOptions
	extends Omit<ConnectionOptions, "closeFd" | "setup"> {
	/** Where cookies are. Default: `~/.dbus-keyrings`. */
	readonly keyring?: CookieKeyring;
	/** Passes descriptors, on Unix sockets: `@framewright/dbus-fds`. Default: none are passed, and none are offered to be. */
	readonly fds?: FdPassing | undefined;
	/** The most bytes of a message, both ways. Default: 128 MiB, which the specification allows. */
	readonly maxMessageLength?: number;
	/** Milliseconds in which authentication must be done. Default: 30,000, as in dbus-daemon. */
	readonly handshakeTimeout?: number;
	/** Gives up while connecting: it rejects with the signal's reason. A connection that is made is not touched. */
	readonly signal?: AbortSignal | undefined;
}

/** How to connect. */
export interface ConnectOptions extends SocketOptions {
	/** How to authenticate, in this order. Default: EXTERNAL, then DBUS_COOKIE_SHA1. */
	readonly mechanisms?: readonly Mechanism[];
	/** Whom to be authenticated as. Default: the user id of this process. */
	readonly identity?: string | undefined;
}

/** How to connect to a peer. */
export interface ConnectPeerOptions extends ConnectOptions {
	/** Is handed the connection before anything is read: what it exports misses no call. */
	readonly setup?: (connection: DBusConnection) => void;
}

/** How to serve a peer. */
export interface AcceptOptions extends Omit<ConnectPeerOptions, "identity"> {
	/** The server's GUID: 32 digits of hex. */
	readonly guid: string;
	/** What to offer, in this order. Default: EXTERNAL alone. */
	readonly mechanisms?: readonly Mechanism[];
	/**
	 * Who is at the other end of the socket: the digits of a user id. EXTERNAL accepts that, and nobody else. Node cannot tell: in a
	 * directory of mode 0700, only its owner can connect, and root. Default: nobody, and EXTERNAL is always rejected.
	 */
	readonly credentials?: string | undefined;
}
