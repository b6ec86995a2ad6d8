import { execFile } from "node:child_process";

/** Says where and how a program runs. */
export interface RunOptions {
	/** The working directory. */
	readonly cwd: string;
	/** Variables that the program's environment has besides ours. */
	readonly env?: Readonly<Record<string, string>>;
	/** Milliseconds after which the program is killed. Default: 2 minutes. */
	readonly timeout?: number;
	/** What the program reads from its standard input. Default: nothing. */
	readonly input?: string;
}

/** Runs a program to its end. Resolves with its standard output; rejects with all that it wrote when it fails. */
export function run(
	command: string,
	args: readonly string[],
	options: RunOptions,
): Promise<string> {
	const { cwd, env, timeout = 120_000, input = "" } = options;
	return new Promise((resolve, reject) => {
		const child = execFile(
			command,
			args,
			{
				cwd,
				timeout,
				env: { ...process.env, ...env },
				maxBuffer: 64 * 1024 * 1024,
				killSignal: "SIGKILL",
			},
			(error, stdout, stderr) => {
				if (error === null) return resolve(stdout);
				const end = error.killed
					? `did not end within ${timeout} ms`
					: `ended with ${error.code ?? error.signal}`;
				const call = [command, ...args].join(" ");
				reject(new Error(`${call}\n${end}\n${stdout}${stderr}`));
			},
		);
		// A program need not read its input: how it ends is what counts.
		child.stdin?.on("error", () => {}).end(input);
	});
}
