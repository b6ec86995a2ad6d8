import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A Python 3 on the PATH. */
export interface Python {
	readonly version: string;
	/** Runs a program of this directory, and reads the JSON that it prints. Rejects with what it says when it fails. */
	run(
		program: string,
		args: readonly string[],
		signal: AbortSignal,
	): Promise<unknown>;
}

/** Finds Python 3; `undefined` when there is none. */
export async function findPython(
	signal: AbortSignal,
): Promise<Python | undefined> {
	for (const command of ["python3", "python"]) {
		const version = await run(
			command,
			["-c", "import platform; print(platform.python_version())"],
			{ signal },
		).catch(() => undefined);
		if (version?.stdout.startsWith("3."))
			return {
				version: version.stdout.trim(),
				async run(program, args, signal) {
					const path = fileURLToPath(new URL(program, import.meta.url));
					try {
						const { stdout } = await run(
							command,
							["-X", "utf8", path, ...args],
							{ signal },
						);
						return JSON.parse(stdout);
					} catch (error) {
						const said = (error as { stderr?: string }).stderr?.trim();
						throw said ? new Error(`${program}: ${said}`) : error;
					}
				},
			};
	}
	return undefined;
}
