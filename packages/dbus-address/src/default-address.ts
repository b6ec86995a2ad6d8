import { escapeValue } from "./escape.ts";

/** Environment variables, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Tells the address of the user's session bus: `DBUS_SESSION_BUS_ADDRESS`; else the socket in `XDG_RUNTIME_DIR`, or launchd's
 * on macOS; else `autolaunch:`, which only says that there is none.
 */
export function sessionBusAddress(env: Environment, platform = ""): string {
	const { DBUS_SESSION_BUS_ADDRESS: told, XDG_RUNTIME_DIR: directory } = env;
	if (told) return told;
	// The base directory specification has relative paths ignored.
	if (directory?.startsWith("/") && platform !== "win32")
		return `unix:path=${escapeValue(`${directory.replace(/\/+$/, "")}/bus`)}`;
	return platform === "darwin"
		? "launchd:env=DBUS_LAUNCHD_SESSION_BUS_SOCKET"
		: "autolaunch:";
}

/** Tells the address of the system bus: `DBUS_SYSTEM_BUS_ADDRESS`, or the socket that the specification tells. */
export function systemBusAddress(env: Environment): string {
	return (
		env.DBUS_SYSTEM_BUS_ADDRESS || "unix:path=/var/run/dbus/system_bus_socket"
	);
}
