import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { start } from "./framewright.ts";

/** What servers speak here. */
export const FRAMED = "length-prefixed,json-rpc";

/** A running `framewright serve`. */
export interface Server {
	readonly address: string;
	/** The next line on its stderr; empty when it has ended. */
	line(): Promise<string>;
	/** A client of a server at a Unix socket. */
	socket(): Socket;
	/** Sends it a signal. Resolves with its exit code. */
	stop(signal: "SIGINT" | "SIGTERM"): Promise<number | null>;
}

/** Serves the `methods.mjs` of a directory. */
export async function startServer(
	directory: string,
	address: string,
	...options: string[]
): Promise<Server> {
	const child = start(
		[
			...["serve", address, "--methods", "methods.mjs"],
			...["--stack", FRAMED, ...options],
		],
		directory,
	);
	if (child.stderr === null) throw new Error("no pipe");
	const lines = createInterface(child.stderr)[Symbol.asyncIterator]();
	const line = async (): Promise<string> => (await lines.next()).value ?? "";
	const exited = new Promise<number | null>((resolve) =>
		child.once("exit", resolve),
	);
	const [, bound = ""] = / on (\S+)$/.exec(await line()) ?? [];
	return {
		address: bound,
		line,
		socket() {
			const path = join(directory, bound.replace(/^unix:/, ""));
			const socket = connect({ path, allowHalfOpen: true });
			socket.on("error", () => {});
			onTestFinished(() => void socket.destroy());
			return socket;
		},
		stop(signal) {
			child.kill(signal);
			return exited;
		},
	};
}

export function frame(json: string): Buffer {
	const body = Buffer.from(json);
	const prefix = Buffer.alloc(4);
	prefix.writeUInt32BE(body.length);
	return Buffer.concat([prefix, body]);
}
