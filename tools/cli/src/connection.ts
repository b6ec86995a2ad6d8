import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import type { Readable, Writable } from "node:stream";
import { type Address, formatAddress } from "./address.ts";
import { Exit, reasonOf } from "./exit.ts";

/** A way to a peer, and how to take it down. */
export interface Connection {
	readonly readable: Readable;
	readonly writable: Writable;
	/** Ends the connection, and the child process behind it if there is one. */
	end(): Promise<void>;
}

/** How long a child process may take to end when its stdin has ended, and again when it was told to. */
const GRACE_MS = 2000;

/** Connects to an address, or starts `command` and talks over its stdio. Throws an `Exit` (no answer). */
export async function connect(
	address: Address,
	command: readonly string[],
	signal: AbortSignal,
): Promise<Connection> {
	if (address.kind === "stdio") return start(command);
	const socket = createConnection({ ...address, allowHalfOpen: true });
	try {
		await once(socket, "connect", { signal });
	} catch (error) {
		socket.destroy();
		throw signal.aborted
			? error
			: new Exit(
					"noAnswer",
					`cannot connect to ${formatAddress(address)}: ${reasonOf(error)}`,
				);
	}
	return {
		readable: socket,
		writable: socket,
		end: async () => void socket.destroy(),
	};
}

async function start(command: readonly string[]): Promise<Connection> {
	const [program = "", ...args] = command;
	const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
	try {
		await once(child, "spawn");
	} catch (error) {
		throw new Exit("noAnswer", `cannot start ${program}: ${reasonOf(error)}`);
	}
	return {
		readable: child.stdout,
		writable: child.stdin,
		end: () => end(child),
	};
}

/** Ends a child process: its stdin first, which is how a peer over stdio is told to stop. */
async function end(child: ChildProcess): Promise<void> {
	child.stdin?.destroy();
	child.stdout?.destroy();
	for (const signal of ["SIGTERM", "SIGKILL"] as const) {
		if (await exitsWithin(child, GRACE_MS)) return;
		child.kill(signal);
	}
	await exitsWithin(child, GRACE_MS);
}

async function exitsWithin(child: ChildProcess, ms: number): Promise<boolean> {
	const exited = (): boolean =>
		child.exitCode !== null || child.signalCode !== null;
	if (!exited())
		await once(child, "exit", { signal: AbortSignal.timeout(ms) }).catch(
			() => {},
		);
	return exited();
}
