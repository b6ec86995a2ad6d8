import type {
	Address,
	NonceTcpAddress,
	TcpAddress,
	UnixAddress,
} from "./address.ts";
import { type Host, socketFault } from "./host.ts";
import { UnsupportedAddressError } from "./unsupported.ts";

/** What an address is to be listened on. */
export interface ListenHost extends Host {
	/** `process.pid`: systemd tells whom it hands sockets to. */
	readonly pid?: number;
	/** `os.tmpdir()`, for a noncefile that the address does not name. Default: `TMPDIR`, or `/tmp`. */
	readonly tmpdir?: string;
	/** Fills bytes with random ones. Default: `crypto.getRandomValues`. */
	readonly random?: (bytes: Uint8Array) => void;
}

/** What to listen on: options for `net.Server.listen()`, or descriptors of sockets that listen already, for one server each. */
export type ListenTarget =
	| { readonly path: string }
	| {
			/** Left out: everywhere. */
			readonly host?: string;
			/** 0: a free one. */
			readonly port: number;
			/** Whether `::` is not to take IPv4 as well. */
			readonly ipv6Only?: boolean;
			/** What to write before listening, mode 0600, and to want as the first bytes of each client. */
			readonly nonce?: { readonly file: string; readonly bytes: Uint8Array };
	  }
	| { readonly fds: readonly number[] };

/** What `net.Server.address()` returns. */
export type BoundAddress =
	| string
	| {
			readonly address: string;
			readonly family: string;
			readonly port: number;
	  };

/** The first descriptor that systemd hands over (sd_listen_fds(3)). */
const SD_LISTEN_FDS_START = 3;

/**
 * Turns an address into what to listen on; `dir` and `tmpdir` become a path with a random name, which is not an abstract one, as
 * with libdbus since 1.14, so that the permissions of files hold.
 *
 *     unix:dir=/run/x         { path: "/run/x/dbus-0fZk3TqXb9" }
 *     tcp:host=localhost      { host: "localhost", port: 0 }
 *
 * Throws an `UnsupportedAddressError` that says why, where that cannot be done.
 */
export function listenTarget(address: Address, host: ListenHost): ListenTarget {
	const no = (reason: string): never => {
		throw new UnsupportedAddressError(address, reason);
	};
	switch (address.transport) {
		case "unix": {
			const path = pathOf(address, host) ?? no("XDG_RUNTIME_DIR is not set");
			const reason = socketFault(path, host);
			return reason === undefined ? { path } : no(reason);
		}
		case "tcp":
		case "nonce-tcp": {
			const nonce =
				address.transport === "nonce-tcp"
					? { nonce: nonceOf(address, host) }
					: {};
			const { port = 0, family } = address;
			const bind = address.bind ?? address.host ?? "localhost";
			if (family === undefined) {
				if (bind === "*") return { port, ...nonce };
				return { host: bind, port, ...nonce };
			}
			const name = numericHost(bind, family);
			if (name === undefined)
				return no(
					`to listen with family=${family}, name an address of that family, localhost or *`,
				);
			const only = family === "ipv6" ? { ipv6Only: true } : {};
			return { host: name, port, ...only, ...nonce };
		}
		case "systemd": {
			const { LISTEN_FDS: count = "", LISTEN_PID: pid } = host.env ?? {};
			if (!/^[1-9]\d{0,3}$/.test(count))
				return no("systemd has handed over no sockets: LISTEN_FDS is not set");
			if (host.pid !== undefined && pid !== `${host.pid}`)
				return no(`its sockets are for process ${pid}, not ${host.pid}`);
			return {
				fds: Array.from(
					{ length: Number(count) },
					(_, i) => i + SD_LISTEN_FDS_START,
				),
			};
		}
		case "launchd":
			return no("launchd hands its sockets over by functions of its own");
		case "autolaunch":
			return no("a bus is started at autolaunch:, and Windows alone listens");
		case "unixexec":
			return no("a client starts the program: nobody can listen");
		case "other":
			return no("the transport is not known");
	}
}

/**
 * Tells where a server is that listens: what clients are given.
 *
 *     advertisedAddress(address, server.address(), guid)   // tcp:host=localhost,port=40213,family=ipv4,guid=...
 *
 * `address` is what `target` was made of, and `bound` where the server is. Throws a `RangeError` for a socket that is neither.
 */
export function advertisedAddress(
	address: Address,
	target: ListenTarget,
	bound: BoundAddress | null,
	guid: string,
): Address {
	if (bound === null)
		throw new RangeError("advertisedAddress: the server does not listen");
	// Node tells no path of a socket that it was handed as a descriptor without one.
	if (typeof bound === "string") {
		const name = bound || ("path" in target ? target.path : "");
		return name.startsWith("\0")
			? { transport: "unix", abstract: name.slice(1), guid }
			: { transport: "unix", path: name, guid };
	}
	const family = bound.family === "IPv6" ? "ipv6" : "ipv4";
	const named =
		address.transport === "tcp" || address.transport === "nonce-tcp"
			? address
			: undefined;
	// Everywhere is nowhere to connect to.
	const bind = named?.bind === "*" ? undefined : named?.bind;
	const host =
		named === undefined ? bound.address : (named.host ?? bind ?? "localhost");
	const where = {
		host: host === "*" ? "localhost" : host,
		port: bound.port,
		// Where both families are listened on, either will do.
		...(isEverywhere(target) ? {} : ({ family } as const)),
		guid,
	};
	return "nonce" in target && target.nonce !== undefined
		? { transport: "nonce-tcp", ...where, noncefile: target.nonce.file }
		: { transport: "tcp", ...where };
}

function isEverywhere(target: ListenTarget): boolean {
	return "port" in target && target.host === undefined;
}

function pathOf(address: UnixAddress, host: ListenHost): string | undefined {
	if ("path" in address) return address.path;
	if ("abstract" in address) return `\0${address.abstract}`;
	if ("runtime" in address) {
		const directory = host.env?.XDG_RUNTIME_DIR;
		return directory?.startsWith("/") ? join(directory, "bus") : undefined;
	}
	const directory = "dir" in address ? address.dir : address.tmpdir;
	return join(directory, `dbus-${randomName(host)}`);
}

function nonceOf(
	address: NonceTcpAddress,
	host: ListenHost,
): { file: string; bytes: Uint8Array } {
	const bytes = randomBytes(16, host);
	const directory = host.tmpdir ?? host.env?.TMPDIR ?? "/tmp";
	const file =
		address.noncefile ?? join(directory, `dbus-nonce-${randomName(host)}`);
	return { file, bytes };
}

/** An address of the family, which Node binds to without asking for names. */
function numericHost(
	bind: string,
	family: NonNullable<TcpAddress["family"]>,
): string | undefined {
	const v6 = family === "ipv6";
	if (bind === "*") return v6 ? "::" : "0.0.0.0";
	if (bind === "localhost") return v6 ? "::1" : "127.0.0.1";
	if (v6) return bind.includes(":") ? bind : undefined;
	return /^\d+(\.\d+){3}$/.test(bind) ? bind : undefined;
}

function join(directory: string, name: string): string {
	return `${directory.replace(/\/+$/, "")}/${name}`;
}

const LETTERS =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function randomName(host: ListenHost): string {
	return Array.from(randomBytes(12, host), (byte) => LETTERS[byte & 63]).join(
		"",
	);
}

function randomBytes(length: number, host: ListenHost): Uint8Array {
	const bytes = new Uint8Array(length);
	if (host.random === undefined) crypto.getRandomValues(bytes);
	else host.random(bytes);
	return bytes;
}
