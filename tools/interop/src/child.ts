import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/** A child process that does not outlive the block that uses it, nor its deadline. */
export interface Child extends AsyncDisposable {
	readonly process: ChildProcessWithoutNullStreams;
	/** Resolves with the exit code, or with null where a signal ended it. */
	readonly ended: Promise<number | null>;
	/** The last that it wrote to stderr, for whoever wonders why it ended. */
	readonly said: () => string;
}

/** Starts a program. It is killed after `lifetime` milliseconds, whatever becomes of the tests. */
export function startChild(
	[program, ...args]: Command,
	options: {
		readonly lifetime: number;
		readonly cwd?: string;
		/** Variables besides those of this process. */
		readonly env?: Readonly<Record<string, string>>;
	},
): Child {
	const child = spawn(program, args, {
		cwd: options.cwd,
		env: { ...process.env, ...options.env },
		timeout: options.lifetime,
		killSignal: "SIGKILL",
	});
	let said = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		said = (said + text).slice(-16_384);
	});
	// Whatever it is, the process ends by it, and that is told by `ended`.
	child.on("error", (error) => {
		said += error.message;
	});
	child.stdin.on("error", () => {});
	const ended = new Promise<number | null>((resolve) =>
		child.once("close", resolve),
	);
	return {
		process: child,
		ended,
		said: () => said,
		async [Symbol.asyncDispose]() {
			child.kill("SIGKILL");
			await ended;
		},
	};
}
