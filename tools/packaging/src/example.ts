import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspace.ts";

/** A fenced block of a README that is a whole program: one marked `ts` or `js`. */
export interface Example {
	/** Where it stands: `packages/codec/README.md:12`. */
	readonly place: string;
	/** The program. It begins with empty lines, so that its line numbers are the README's. */
	readonly source: string;
	/** The modules that it imports. */
	readonly imports: readonly string[];
}

/** Reads the examples of a README, if there is one; `readme` is its path from the repository's top. */
export function readExamples(readme: string): Example[] {
	const path = join(root, readme);
	const text = existsSync(path) ? readFileSync(path, "utf8") : "";
	return [...text.matchAll(/^```(?:ts|js)\n(.*?)^```$/gms)].map((fence) => {
		const [, program = ""] = fence;
		const line = text.slice(0, fence.index).split("\n").length;
		return {
			place: `${readme}:${line}`,
			source: "\n".repeat(line) + program,
			imports: [...program.matchAll(/\b(?:from|import)[\s(]*"([^"]+)"/g)].map(
				([, specifier = ""]) => specifier,
			),
		};
	});
}

/** Tells whether an example can run in a browser: its only Node module is `node:assert/strict`, which we lend it. */
export function runsInBrowsers({ imports }: Example): boolean {
	return imports.every(
		(specifier) =>
			specifier === "node:assert/strict" ||
			!(specifier.startsWith("node:") || specifier.endsWith("/node")),
	);
}

/** Names the package that a specifier leads to: `@framewright/streams/node` to `@framewright/streams`. */
export function packageOf(specifier: string): string {
	return specifier
		.split("/")
		.slice(0, specifier.startsWith("@") ? 2 : 1)
		.join("/");
}
