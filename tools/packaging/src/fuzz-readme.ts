import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";
import { root } from "./workspace.ts";

/** What the README of `@framewright/fuzz` has a new user do. */
export interface FirstFinding {
	/** The modules to write, in order: the decoder, and the target. */
	readonly modules: readonly string[];
	/** What is printed in the end. */
	readonly finding: string;
}

/** Reads the section on a first finding. */
export function readFirstFinding(): FirstFinding {
	const text = readFileSync(join(root, "tools/fuzz/README.md"), "utf8");
	const section = /^## Five minutes .*?(?=^## )/ms.exec(text)?.[0] ?? "";
	const blocks = (language: string): string[] =>
		[
			...section.matchAll(
				new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"),
			),
		].map(([, block = ""]) => block);
	const [finding = ""] = blocks("text");
	return { modules: blocks("typescript"), finding };
}

/** Does what the README says in a project that the package was installed into, and returns what is printed. */
export async function findFirst(
	project: string,
	{ modules }: FirstFinding,
): Promise<string> {
	const [decoder = "", target = ""] = modules;
	const command = join(project, "node_modules/@framewright/fuzz/dist/main.js");
	const fuzz = (...args: string[]): Promise<string> =>
		run(process.execPath, [command, ...args], { cwd: project });
	mkdirSync(join(project, "src"));
	writeFileSync(join(project, "src/frames.ts"), decoder);
	await fuzz("init", "frames");
	writeFileSync(join(project, "fuzz/frames.ts"), target);
	// It ends with 77, which is no success.
	return fuzz("run", "frames").then(
		() => "nothing was found",
		(error: Error) => error.message,
	);
}
