import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { bundle } from "../../packaging/src/bundle.ts";

/** Pages that have what `page.ts` defines. */
export interface RingPages {
	/** One that is cross-origin isolated. */
	readonly isolated: string;
	/** One that is served without the headers for that. */
	readonly bare: string;
	close(): void;
}

const directory = join(import.meta.dirname, "ring-browser");

/** Bundles the modules of the pages from their sources, and serves them on loopback, which browsers take for secure. */
export async function serveRingPages(): Promise<RingPages> {
	const modules = new Map<string, string>();
	for (const name of ["page", "worker", "worklet"]) {
		const { code } = await bundle(`import "./${name}.ts";`, {
			directory,
			conditions: ["@framewright/source"],
		});
		modules.set(`/${name}.js`, code);
	}
	const server = createServer(({ url = "" }, response) => {
		const code = modules.get(url);
		if (url !== "/bare.html") {
			response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
			response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
		}
		response.setHeader(
			"Content-Type",
			code === undefined ? "text/html" : "text/javascript",
		);
		response.end(
			code ?? '<!doctype html><script type="module" src="/page.js"></script>',
		);
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	const { port } = server.address() as AddressInfo;
	return {
		isolated: `http://127.0.0.1:${port}/isolated.html`,
		bare: `http://127.0.0.1:${port}/bare.html`,
		close() {
			server.close();
			server.closeAllConnections();
		},
	};
}
