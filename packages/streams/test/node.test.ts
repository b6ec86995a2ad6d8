import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeChannel } from "@framewright/streams/node";
import { afterAll } from "vitest";
import { behavesAsChannel } from "./behaviour.ts";

const directory = mkdtempSync(join(tmpdir(), "framewright-"));
afterAll(() => rmSync(directory, { recursive: true }));
let sockets = 0;

async function socketPair(): Promise<[net.Socket, net.Socket]> {
	const path = join(directory, `${sockets++}.sock`);
	const server = net.createServer({ allowHalfOpen: true }).listen(path);
	await once(server, "listening");
	const near = net.connect({ path, allowHalfOpen: true });
	const [far] = await once(server, "connection");
	server.close();
	return [near, far];
}

behavesAsChannel(
	"a Unix socket",
	async (near, far) => {
		const [a, b] = await socketPair();
		return [nodeChannel(a, near.layer, near), nodeChannel(b, far.layer, far)];
	},
	{ slack: 2_000_000, deliversAfterAbort: true },
);
