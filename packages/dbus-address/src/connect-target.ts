import type { Address } from "./address.ts";
import { type Host, socketFault } from "./host.ts";
import { UnsupportedAddressError } from "./unsupported.ts";
import { isConnectable } from "./usable.ts";

/** What to connect to: options for `net.connect()`, or a program for `child_process.spawn()`. */
export type ConnectTarget =
	| { readonly path: string }
	| {
			readonly host: string;
			readonly port: number;
			readonly family?: 4 | 6;
			/** Send the 16 bytes of this file first. */
			readonly noncefile?: string;
	  }
	| {
			readonly command: string;
			readonly args: readonly string[];
			readonly argv0?: string;
	  };

/**
 * Turns an address into what to connect to. Throws an `UnsupportedAddressError` that says why, where that cannot be done: on
 * this platform, with this Node, or with an address that is only for listening.
 */
export function connectTarget(address: Address, host: Host): ConnectTarget {
	const no = (reason: string): never => {
		throw new UnsupportedAddressError(address, reason);
	};
	if (!isConnectable(address)) no(whyNot(address));
	const windows = host.platform === "win32";
	switch (address.transport) {
		case "unix": {
			const path =
				"path" in address
					? address.path
					: `\0${"abstract" in address ? address.abstract : ""}`;
			const reason = socketFault(path, host);
			if (reason !== undefined) no(reason);
			return { path };
		}
		case "tcp":
		case "nonce-tcp": {
			const { host: name = "", port = 0, family } = address;
			return {
				host: name,
				port,
				...(family === undefined ? {} : { family: family === "ipv4" ? 4 : 6 }),
				...(address.transport === "nonce-tcp" && address.noncefile
					? { noncefile: address.noncefile }
					: {}),
			};
		}
		case "unixexec": {
			if (windows) no("Windows has no unixexec:");
			const { path, args, argv0 } = address;
			return {
				command: path,
				args,
				...(argv0 === undefined ? {} : { argv0 }),
			};
		}
		case "launchd": {
			const path = host.env?.[address.env];
			if (host.platform !== "darwin") no("launchd: is for macOS");
			return path
				? { path }
				: no(`${address.env} is not set: ask launchctl getenv ${address.env}`);
		}
		default:
			return no("nothing is started here: set DBUS_SESSION_BUS_ADDRESS");
	}
}

function whyNot(address: Address): string {
	switch (address.transport) {
		case "other":
			return "the transport is not known";
		case "tcp":
			return "host and port are needed to connect";
		case "nonce-tcp":
			return "host, port and noncefile are needed to connect";
		default:
			return "a server can listen on it, but no client connect to it";
	}
}
