/** A key and its value, unescaped. */
export type Parameter = readonly [key: string, value: string];

interface Common {
	/** Tells servers apart: 32 digits of hex. */
	readonly guid?: string;
	/** Keys that the specification does not define for this transport, as they stand. */
	readonly extra?: readonly Parameter[];
}

/** A Unix socket. `path` and `abstract` are where it is; a server makes the others into one of these. */
export type UnixAddress = Common & { readonly transport: "unix" } & (
		| { readonly path: string }
		| { readonly abstract: string }
		| { readonly dir: string }
		| { readonly tmpdir: string }
		| { readonly runtime: true }
	);

interface Tcp extends Common {
	readonly host?: string;
	/** Where a server listens, if not at `host`; `*` is everywhere. */
	readonly bind?: string;
	readonly port?: number;
	readonly family?: "ipv4" | "ipv6";
}

/** A TCP socket. */
export interface TcpAddress extends Tcp {
	readonly transport: "tcp";
}

/** A TCP socket to which a client first sends the 16 bytes that are in `noncefile`. */
export interface NonceTcpAddress extends Tcp {
	readonly transport: "nonce-tcp";
	readonly noncefile?: string;
}

/** A program whose stdin and stdout are the connection. */
export interface UnixexecAddress extends Common {
	readonly transport: "unixexec";
	readonly path: string;
	readonly argv0?: string;
	/** `argv1`, `argv2` and so on, up to the first that is missing. */
	readonly args: readonly string[];
}

/** A Unix socket of macOS's launchd, whose path is in its environment. */
export interface LaunchdAddress extends Common {
	readonly transport: "launchd";
	readonly env: string;
}

/** A bus to be found, or to be started. */
export interface AutolaunchAddress extends Common {
	readonly transport: "autolaunch";
	readonly scope?: string;
}

/** The sockets that systemd hands to a server. */
export interface SystemdAddress extends Common {
	readonly transport: "systemd";
}

/** A transport that the specification does not know, as data. */
export interface OtherAddress extends Common {
	readonly transport: "other";
	readonly name: string;
}

/** One server address. */
export type Address =
	| UnixAddress
	| TcpAddress
	| NonceTcpAddress
	| UnixexecAddress
	| LaunchdAddress
	| AutolaunchAddress
	| SystemdAddress
	| OtherAddress;
