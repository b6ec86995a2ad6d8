import { existsSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { root } from "./workspace.ts";

/** A fenced block of a README that is a whole module: one marked `ts` or `js`. */
export interface Example {
	/** Where it stands: `packages/codec/README.md:12`. */
	readonly place: string;
	/** The module as it is written, after as many empty lines as make its line numbers the README's. */
	readonly source: string;
	/** The same in JavaScript, its types erased. */
	readonly program: string;
	/** The modules that it imports. */
	readonly imports: readonly string[];
}

/** Reads the examples of a README, if there is one; `readme` is its path from the repository's top. */
export function readExamples(readme: string): Example[] {
	const path = join(root, readme);
	const text = existsSync(path) ? readFileSync(path, "utf8") : "";
	return [...text.matchAll(/^```(?:ts|js)\n(.*?)^```$/gms)].map((fence) => {
		const [, block = ""] = fence;
		const line = text.slice(0, fence.index).split("\n").length;
		const source = "\n".repeat(line) + block;
		const imports = block.matchAll(/\b(?:from|import)[\s(]*"([^"]+)"/g);
		return {
			place: `${readme}:${line}`,
			source,
			program: stripTypeScriptTypes(source),
			imports: [...imports].map(([, specifier = ""]) => specifier),
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
