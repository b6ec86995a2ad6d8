import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Child, startChild } from "./child.ts";
import { until } from "./until.ts";

/** A running aria2, which answers on loopback. */
export interface Aria2 extends AsyncDisposable {
	readonly child: Child;
	/** Where its downloads go. */
	readonly folder: string;
	/** Without its scheme: it speaks HTTP and WebSocket there. */
	readonly address: string;
}

export async function startAria2(program: string): Promise<Aria2> {
	const folder = await mkdtemp(join(tmpdir(), "framewright-interop-"));
	const port = await freePort();
	const child = startChild(
		[
			program,
			"--no-conf",
			"--enable-rpc",
			`--rpc-listen-port=${port}`,
			`--dir=${folder}`,
			"--no-proxy=127.0.0.1",
			"--disable-ipv6",
			"--quiet",
			`--stop-with-process=${process.pid}`,
		],
		{ lifetime: 60_000, cwd: folder },
	);
	const address = `127.0.0.1:${port}/jsonrpc`;
	const dispose = async (): Promise<void> => {
		await child[Symbol.asyncDispose]();
		await rm(folder, { recursive: true, force: true });
	};
	try {
		await until("aria2's first answer", () =>
			fetch(`http://${address}`).then(
				(response) => response.text(),
				() => undefined,
			),
		);
	} catch (error) {
		await dispose();
		throw error;
	}
	return { child, folder, address, [Symbol.asyncDispose]: dispose };
}

async function freePort(): Promise<number> {
	const server = createServer();
	await once(server.listen(0, "127.0.0.1"), "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, "close");
	return port;
}
