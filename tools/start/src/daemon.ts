import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { framewright, startChild } from "./child.ts";

/** A `framewright serve` in a process of its own. */
export interface Daemon extends AsyncDisposable {
	/** Tells it to end; resolves with the lines that it has said, or rejects unless it ends cleanly. */
	stop(): Promise<readonly string[]>;
}

/** Starts the daemon, and resolves when it listens. */
export async function startDaemon(
	socket: string,
	signal: AbortSignal,
): Promise<Daemon> {
	const methods = fileURLToPath(new URL("methods.ts", import.meta.url));
	const child = startChild(
		[
			...framewright,
			...["serve", `unix:${socket}`, "--methods", methods],
			...["--stack", "length-prefixed,json-rpc"],
		],
		signal,
	);
	const lines = createInterface(child.process.stderr)[Symbol.asyncIterator]();

	const { value: first = "the daemon has ended" } = await lines.next();
	if (!first.startsWith("framewright: serving ")) throw new Error(first);
	return {
		async stop() {
			child.process.kill("SIGTERM");
			const said: string[] = [];
			for (;;) {
				const { value, done } = await lines.next();
				if (done) break;
				said.push(value);
			}
			const code = await child.ended;
			if (code !== 0)
				throw new Error(`the daemon ended with ${code}: ${said.join("\n")}`);
			return said;
		},
		[Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
	};
}
