import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/** The command `framewright`, run from its source as we are ourselves. */
export const framewright: Command = [
	process.execPath,
	...process.execArgv,
	fileURLToPath(new URL("../../cli/src/main.ts", import.meta.url)),
];

/** A child process that does not outlive the block that uses it, nor the signal. */
export interface Child extends AsyncDisposable {
	readonly process: ChildProcessWithoutNullStreams;
	/** Resolves with the exit code, or with null where a signal ended it. */
	readonly ended: Promise<number | null>;
}

export function startChild(
	[program, ...args]: Command,
	signal: AbortSignal,
): Child {
	const child = spawn(program, args, { signal, killSignal: "SIGKILL" });
	// Whatever it is, an abort included, the process ends by it, and that is told by `ended`.
	child.on("error", () => {});
	child.stdin.on("error", () => {});
	const ended = new Promise<number | null>((resolve) =>
		child.once("close", resolve),
	);
	return {
		process: child,
		ended,
		async [Symbol.asyncDispose]() {
			child.kill("SIGKILL");
			await ended;
		},
	};
}
