import { type Command, startChild } from "./child.ts";

/** What a program has printed, and how it ended. */
export interface Ran {
	readonly code: number | null;
	readonly out: string;
	readonly err: string;
}

/** Runs a program to its end, 20 seconds at most. */
export async function run(command: Command): Promise<Ran> {
	await using child = startChild(command, { lifetime: 20_000 });
	let out = "";
	child.process.stdout.setEncoding("utf8").on("data", (text: string) => {
		out += text;
	});
	child.process.stdin.end();
	return { code: await child.ended, out, err: child.said() };
}
