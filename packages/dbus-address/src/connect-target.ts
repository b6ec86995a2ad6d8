import type { Address } from "./address.ts";
import type { Environment } from "./default-address.ts";
import { formatAddress } from "./format.ts";
import { isConnectable } from "./usable.ts";

/** What an address is to be reached from. */
export interface Host {
	/** `process.platform`. */
	readonly platform: string;
	/** `process.versions.node`. Default: none, and abstract names are taken to work. */
	readonly nodeVersion?: string;
	/** `process.env`, where launchd puts the path of its socket. */
	readonly env?: Environment;
}

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

/** Tells why an address cannot be connected to from here. Try the next one. */
export class UnsupportedAddressError extends Error {
	override readonly name = "UnsupportedAddressError";
	readonly address: Address;

	constructor(address: Address, reason: string) {
		super(`${formatAddress(address)}: ${reason}`);
		this.address = address;
	}
}

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
			if (windows) no("Windows has no Unix sockets that Node could use");
			const reason = socketFault(address, host);
			if (reason !== undefined) no(reason);
			if ("path" in address) return { path: address.path };
			return { path: `\0${"abstract" in address ? address.abstract : ""}` };
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

/** Why a Unix socket cannot have this name here, if so. */
function socketFault(address: Address, host: Host): string | undefined {
	const { platform, nodeVersion } = host;
	const linux = platform === "linux" || platform === "android";
	const abstract = "abstract" in address;
	if (abstract && !linux) return "only Linux has abstract names";
	// It fills the name up to 108 bytes with NULs, which makes it another name.
	if (
		abstract &&
		nodeVersion &&
		Number.parseInt(nodeVersion.replace(/^v/, ""), 10) < 22
	)
		return `Node ${nodeVersion} cannot connect to abstract names: Node 22 can`;
	const name = abstract
		? address.abstract
		: "path" in address
			? address.path
			: "";
	const { length } = new TextEncoder().encode(name);
	// sun_path, with the NUL behind a path or before an abstract name.
	const most = linux ? 107 : 103;
	return length > most
		? `the name has ${length} bytes, and ${most} is the most`
		: undefined;
}
