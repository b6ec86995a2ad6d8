import type {
	AuthClient,
	Authenticated,
	AuthServer,
} from "@framewright/dbus-auth";
import type { CookieKeyring } from "@framewright/dbus-auth/node";
import { ConnectionError } from "./errors.ts";

/** Bytes both ways, as an exchange needs them. */
export interface Wire {
	/** Takes what has come, waiting for it if nothing has; `undefined` is the end. */
	read(): Promise<Uint8Array | undefined>;
	write(bytes: Uint8Array): Promise<void>;
}

/**
 * Runs an exchange to its end. What comes behind it stays in `side.rest()`. Rejects with a `ConnectionError`, `refused`, with
 * the `DecodeError` of bad input, or as the wire fails.
 */
export async function handshake(
	wire: Wire,
	side: AuthClient | AuthServer,
	keyring: CookieKeyring,
): Promise<Authenticated> {
	for (;;) {
		for (let step = side.pull(); step !== undefined; step = side.pull())
			switch (step.type) {
				case "send":
					await wire.write(step.bytes);
					break;
				case "find-cookie":
					(side as AuthClient).answer(
						await keyring.find(step.context, step.id),
					);
					break;
				case "issue-cookie":
					(side as AuthServer).answer(await keyring.issue(step.identity));
					break;
				case "refused":
					throw new ConnectionError("refused", step.message);
				case "authenticated":
					return step;
			}
		const bytes = await wire.read();
		if (bytes === undefined) side.end();
		else side.push(bytes);
	}
}
