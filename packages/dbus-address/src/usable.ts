import type { Address } from "./address.ts";

/** Whether a client can connect to an address as it stands, as the specification has it. */
export function isConnectable(address: Address): boolean {
	switch (address.transport) {
		case "unix":
			return "path" in address || "abstract" in address;
		case "tcp":
			return hasPeer(address);
		case "nonce-tcp":
			return hasPeer(address) && address.noncefile !== undefined;
		case "unixexec":
		case "launchd":
		case "autolaunch":
			return true;
		case "systemd":
		case "other":
			return false;
	}
}

/** Whether a server can listen on an address, on `platform`: Windows alone listens on `autolaunch:`. */
export function isListenable(address: Address, platform = ""): boolean {
	switch (address.transport) {
		case "unix":
		case "tcp":
		case "nonce-tcp":
		case "launchd":
		case "systemd":
			return true;
		case "autolaunch":
			return platform === "win32";
		case "unixexec":
		case "other":
			return false;
	}
}

function hasPeer({
	host,
	port = 0,
}: {
	host?: string;
	port?: number;
}): boolean {
	return host !== undefined && port !== 0;
}
