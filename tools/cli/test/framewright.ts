import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const main: string = fileURLToPath(
	new URL("../src/main.ts", import.meta.url),
);
/** What runs the command from its source. */
export const node: readonly string[] = [
	process.execPath,
	"--conditions=@framewright/source",
	main,
];

export interface Outcome {
	readonly stdout: string;
	readonly stderr: string;
	readonly code: number | null;
}

/** Runs the real command to its end. */
export async function framewright(
	args: readonly string[],
	{ input = "" as string | Uint8Array, cwd = process.cwd() } = {},
): Promise<Outcome> {
	const child = start(args, cwd);
	child.stdin?.on("error", () => {});
	child.stdin?.end(input);
	return outcome(child);
}

/** Starts the real command; it is ended with the test, if it has not ended by then. */
export function start(
	args: readonly string[],
	cwd: string = process.cwd(),
): ChildProcess {
	const [command = "", ...first] = node;
	const child = spawn(command, [...first, ...args], { cwd });
	onTestFinished(() => void child.kill("SIGKILL"));
	return child;
}

export async function outcome(child: ChildProcess): Promise<Outcome> {
	const { stdout, stderr } = child;
	if (stdout === null || stderr === null) throw new Error("no pipes");
	const exited = new Promise<number | null>((resolve) =>
		child.once("close", resolve),
	);
	const [out, err] = await Promise.all([text(stdout), text(stderr)]);
	return { stdout: out, stderr: err, code: await exited };
}

/** Makes a directory that is gone after the test. */
export function temporaryDirectory(): string {
	const directory = mkdtempSync(join(tmpdir(), "framewright-"));
	onTestFinished(() => rmSync(directory, { recursive: true }));
	return directory;
}
