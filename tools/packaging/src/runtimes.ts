import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./run.ts";
import { root } from "./workspace.ts";

/** A program that runs JavaScript. */
export interface Runtime {
	readonly name: string;
	/** The program and its first arguments; the module to run comes after them. */
	readonly command: readonly [string, ...string[]];
}

/** The path of the Node that runs when npm has not put this repository's own first. */
export const machineNode: string = findProgram("node") ?? "node";

/** The runtimes that every machine has which could install this repository. */
export const localRuntimes: readonly Runtime[] = [
	{ name: "the machine's own Node", command: [machineNode] },
	{
		name: "the pinned Node",
		command: [join(root, "node_modules/.bin/node")],
	},
];

const cache = join(root, "node_modules/.cache/framewright/runtimes");

/** The runtimes that continuous integration adds. `installRuntimes` puts them in place. */
export const addedRuntimes: readonly Runtime[] = [
	...["20", "22", "24", "26"].map(
		(version): Runtime => ({
			name: `Node ${version}`,
			command: [join(cache, `node_modules/node-${version}/bin/node`)],
		}),
	),
	{
		name: "Deno",
		command: [join(cache, "node_modules/.bin/deno"), "run", "--allow-all"],
	},
	{ name: "Bun", command: [join(cache, "node_modules/.bin/bun")] },
];

/** Installs the added runtimes from npm into a cache that is no part of the repository. */
export async function installRuntimes(): Promise<void> {
	mkdirSync(cache, { recursive: true });
	writeFileSync(
		join(cache, "package.json"),
		JSON.stringify({
			private: true,
			dependencies: {
				"node-20": "npm:node@20",
				"node-22": "npm:node@22",
				"node-24": "npm:node@24",
				"node-26": "npm:node@26",
				deno: "2",
				bun: "1",
			},
			// Each puts the binary for this platform in place; npm runs no script that is not named here.
			allowScripts: {
				"node-20": true,
				"node-22": true,
				"node-24": true,
				"node-26": true,
				deno: true,
				bun: true,
			},
		}),
	);
	await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], {
		cwd: cache,
	});
	for (const { command } of addedRuntimes)
		await run(command[0], ["--version"], { cwd: cache });
}

/** Finds the first of some programs on PATH, leaving out what npm packages put there. */
export function findProgram(...names: string[]): string | undefined {
	const directories = (process.env.PATH ?? "")
		.split(delimiter)
		.filter((directory) => !directory.endsWith(join("node_modules", ".bin")));
	return names
		.flatMap((name) => directories.map((directory) => join(directory, name)))
		.find(isExecutable);
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
