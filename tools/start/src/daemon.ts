import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { framewright, startChild } from "./child.ts";

/** A `framewright serve` in a process of its own. */
export interface Daemon extends AsyncDisposable {
	/** Reads the next line that it says; rejects when it has ended. */
	line(): Promise<string>;
	/** Tells it to end; rejects unless it does so cleanly, without another word. */
	stop(): Promise<void>;
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

	async function line(): Promise<string> {
		const { value, done } = await lines.next();
		if (done) throw new Error("the daemon has ended");
		return value;
	}
	const first = await line();
	if (!first.startsWith("framewright: serving ")) throw new Error(first);
	return {
		line,
		async stop() {
			child.process.kill("SIGTERM");
			const { value } = await lines.next();
			const code = await child.ended;
			if (code !== 0 || value !== undefined)
				throw new Error(`the daemon ended with ${code}: ${value}`);
		},
		[Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
	};
}
