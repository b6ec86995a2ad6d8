import type { Environment } from "./default-address.ts";

/** What an address is to be reached from, or listened on. */
export interface Host {
	/** `process.platform`. */
	readonly platform: string;
	/** `process.versions.node`. Default: none, and abstract names are taken to work. */
	readonly nodeVersion?: string;
	/** `process.env`, where launchd puts the path of its socket, and systemd what it hands over. */
	readonly env?: Environment;
}

/** Why Node cannot have a Unix socket of this name here, if so. An abstract name begins with NUL. */
export function socketFault(name: string, host: Host): string | undefined {
	const { platform, nodeVersion } = host;
	if (platform === "win32")
		return "Windows has no Unix sockets that Node could use";
	const linux = platform === "linux" || platform === "android";
	const abstract = name.startsWith("\0");
	if (abstract && !linux) return "only Linux has abstract names";
	// It fills the name up to 108 bytes with NULs, which makes it another name.
	if (abstract && nodeVersion && majorOf(nodeVersion) < 22)
		return `Node ${nodeVersion} cannot use abstract names: Node 22 can`;
	const { length } = new TextEncoder().encode(abstract ? name.slice(1) : name);
	// sun_path, with the NUL behind a path or before an abstract name.
	const most = linux ? 107 : 103;
	return length > most
		? `the name has ${length} bytes, and ${most} is the most`
		: undefined;
}

function majorOf(version: string): number {
	return Number.parseInt(version.replace(/^v/, ""), 10);
}
