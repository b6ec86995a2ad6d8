import type { Socket } from "node:net";
import type {
	AuthClient,
	Authenticated,
	AuthServer,
	Refused,
} from "@framewright/dbus-auth";
import type { CookieKeyring } from "@framewright/dbus-auth/node";

/** What an exchange over a socket came to. */
export interface Exchanged {
	readonly end: Authenticated | Refused;
	/** What comes behind it, as it arrives. */
	readonly messages: () => Buffer;
}

/** Runs an exchange over a socket, to its end. */
export function exchange(
	socket: Socket,
	side: AuthClient | AuthServer,
	keyring?: CookieKeyring,
): Promise<Exchanged> {
	return new Promise((resolve, reject) => {
		let over = false;
		let behind = Buffer.alloc(0);
		let turn = Promise.resolve();
		const work = async (): Promise<void> => {
			for (
				let step = side.pull();
				step !== undefined && !over;
				step = side.pull()
			)
				switch (step.type) {
					case "send":
						socket.write(step.bytes);
						break;
					case "find-cookie":
						(side as AuthClient).answer(
							await keyring?.find(step.context, step.id),
						);
						break;
					case "issue-cookie":
						(side as AuthServer).answer(await keyring?.issue(step.identity));
						break;
					default:
						over = true;
						behind = Buffer.from(side.rest());
						resolve({ end: step, messages: () => behind });
				}
		};
		const next = (): void => {
			turn = turn.then(work).catch(reject);
		};
		socket.on("data", (chunk: Buffer) => {
			turn = turn.then(() => {
				if (over) behind = Buffer.concat([behind, chunk]);
				else side.push(chunk);
			});
			next();
		});
		socket.on("end", () => {
			turn = turn.then(() => {
				if (!over) side.end();
			});
			next();
		});
		socket.on("error", reject);
		next();
	});
}
