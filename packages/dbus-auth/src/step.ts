/** The mechanisms that can be spoken, under the names that they have on the wire. */
export type Mechanism = "EXTERNAL" | "DBUS_COOKIE_SHA1" | "ANONYMOUS";

/** Bytes to write to the other side, whole lines. */
export interface Send {
	readonly type: "send";
	readonly bytes: Uint8Array;
}

/** The exchange is over, and messages may follow. `rest()` has the bytes that came behind it. */
export interface Authenticated {
	readonly type: "authenticated";
	readonly mechanism: Mechanism;
	/** Whom the client is authenticated as. A client that let the transport tell, and an anonymous one, do not know. */
	readonly identity: string | undefined;
	/** The server's GUID, in hex. */
	readonly guid: string;
	/** Whether both sides agreed to pass Unix file descriptors. */
	readonly unixFds: boolean;
}

/** The exchange is over, and nobody was authenticated: close the connection, once all was sent. */
export interface Refused {
	readonly type: "refused";
	/** Why, for whoever reads the log. */
	readonly message: string;
	/** The mechanisms that the server has named; without, it has named none. */
	readonly offered: readonly string[] | undefined;
}

const KNOWN: readonly string[] = ["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"];

/** Checks a list of mechanisms. Throws a `RangeError` that names `side`. */
export function checkMechanisms(
	side: string,
	mechanisms: readonly Mechanism[],
): void {
	if (mechanisms.length === 0)
		throw new RangeError(`${side}: mechanisms must name one at least`);
	for (const [i, mechanism] of mechanisms.entries()) {
		if (!KNOWN.includes(mechanism))
			throw new RangeError(
				`${side}: mechanisms must be of ${KNOWN.join(", ")}, not ${mechanism}`,
			);
		if (mechanisms.indexOf(mechanism) !== i)
			throw new RangeError(`${side}: mechanisms has ${mechanism} twice`);
	}
}
