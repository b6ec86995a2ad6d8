import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { formatAddress } from "@framewright/dbus-address";
import { type AuthServerOptions, authServer } from "@framewright/dbus-auth";
import { cookieKeyring } from "@framewright/dbus-auth/node";
import { type Command, startChild } from "./child.ts";
import { type Exchanged, exchange } from "./dbus-exchange.ts";
import { until } from "./until.ts";

const guid = "0123456789abcdef0123456789abcdef";

/** Listens for one client, runs a program that is given our address, and runs our server. */
export async function serveDbusClient(
	command: (address: string) => Command,
	options: Partial<AuthServerOptions>,
	expected: string,
): Promise<Exchanged> {
	// Of mode 0700: who can connect is this user, or root.
	const folder = await mkdtemp(join(tmpdir(), "framewright-interop-"));
	const path = join(folder, "s.sock");
	const listener = createServer();
	await once(listener.listen(path), "listening");
	const address = formatAddress({ transport: "unix", path, guid });
	await using child = startChild(command(address), { lifetime: 20_000 });
	try {
		const connected = once(listener, "connection");
		const gone = child.ended.then(() => {
			throw new Error(`It ended without connecting: ${child.said()}`);
		});
		const [socket] = (await Promise.race([connected, gone])) as [Socket];
		gone.catch(() => {});
		const keyring = cookieKeyring({ context: "framewright_interop" });
		const exchanged = await exchange(
			socket,
			authServer({
				guid,
				credentials: String(userInfo().uid),
				unixFds: true,
				...options,
			}),
			keyring,
		);
		await until(
			"Its first message",
			() => exchanged.messages().includes(expected) || undefined,
			5_000,
		);
		socket.destroy();
		return exchanged;
	} finally {
		listener.close();
		await rm(folder, { recursive: true, force: true });
		const { homedir } = userInfo();
		await rm(join(homedir, ".dbus-keyrings", "framewright_interop"), {
			force: true,
		});
	}
}
