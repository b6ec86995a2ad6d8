import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";

/** A socket that passes everything on to another, and keeps a copy. */
export interface Wiretap extends AsyncDisposable {
	/** Writes NN.client (what a client sent) and NN.daemon (what it got) for each connection; resolves with their bytes. */
	save(directory: string): Promise<number>;
}

/** Listens at `from`, and connects each client to `to`. */
export async function tap(from: string, to: string): Promise<Wiretap> {
	const captures: { client: Buffer[]; daemon: Buffer[] }[] = [];
	const sockets = new Set<Socket>();

	const server = createServer({ allowHalfOpen: true }, (client) => {
		const daemon = createConnection({ path: to, allowHalfOpen: true });
		const capture: { client: Buffer[]; daemon: Buffer[] } = {
			client: [],
			daemon: [],
		};
		captures.push(capture);
		pass(client, daemon, capture.client);
		pass(daemon, client, capture.daemon);
	});

	function pass(source: Socket, target: Socket, copy: Buffer[]): void {
		sockets.add(source);
		source.on("data", (chunk: Buffer) => copy.push(chunk));
		source.on("error", () => target.destroy());
		source.on("close", () => sockets.delete(source));
		source.pipe(target);
	}

	server.listen(from);
	await once(server, "listening");
	return {
		async save(directory) {
			let bytes = 0;
			for (const [index, capture] of captures.entries())
				for (const side of ["client", "daemon"] as const) {
					const name = `${String(index + 1).padStart(2, "0")}.${side}`;
					const content = Buffer.concat(capture[side]);
					bytes += content.length;
					await writeFile(join(directory, name), content);
				}
			return bytes;
		},
		async [Symbol.asyncDispose]() {
			for (const socket of sockets) socket.destroy();
			server.close();
			await once(server, "close");
		},
	};
}
