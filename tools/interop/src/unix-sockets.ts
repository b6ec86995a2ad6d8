import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, connect as open, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The two ends of a Unix socket. Disposing destroys them. */
export async function unixSockets(): Promise<
	AsyncDisposable & { readonly near: Socket; readonly far: Socket }
> {
	const folder = await mkdtemp(join(tmpdir(), "framewright-interop-"));
	const path = join(folder, "s.sock");
	const server = createServer({ allowHalfOpen: true });
	await once(server.listen(path), "listening");
	const near = open({ path, allowHalfOpen: true });
	const [far] = (await once(server, "connection")) as [Socket];
	server.close();
	return {
		near,
		far,
		async [Symbol.asyncDispose]() {
			near.destroy();
			far.destroy();
			await rm(folder, { recursive: true, force: true });
		},
	};
}
