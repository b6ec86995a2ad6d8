import { spawn } from "node:child_process";
import { once } from "node:events";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { OWN } from "../engine/own.ts";
import { PROBE_NAME } from "../probe.ts";
import { Exit } from "./exit.ts";
import type { RunOptions } from "./run.ts";

/** Runs a target under Jazzer.js, if that is installed beside it, and returns its exit code, which means what ours do. */
export async function jazzer(
	target: string,
	folder: string,
	options: RunOptions,
): Promise<number> {
	const command = jazzerCommand(target);
	const corpus = options.corpus ?? join(folder, "jazzer");
	mkdirSync(corpus, { recursive: true });
	const seeds = join(folder, "seeds");
	const scratch = mkdtempSync(join(tmpdir(), "framewright-fuzz-"));
	// Jazzer.js adds ".js" to the name of any other file.
	const entry = join(scratch, `${basename(target, extname(target))}.mjs`);
	writeFileSync(entry, entryOf(pathToFileURL(target).href));
	const child = spawn(
		process.execPath,
		[
			...process.execArgv,
			"--disable-warning=ExperimentalWarning",
			`--import=${PRELOAD}`,
			command,
			entry,
			corpus,
			...(options.seeds && existsSync(seeds) ? [seeds] : []),
			"--sync",
			// What fuzzes, and what the oracles are made of, is not what is fuzzed.
			// Without this, who excludes anything includes nothing.
			"--includes=*",
			...["node_modules", scratch, ...OWN].map((part) => `--excludes=${part}`),
			DETECTORS,
			"--",
			`-seed=${options.seed}`,
			`-rss_limit_mb=${options.heap}`,
			...(options.runs === undefined ? [] : [`-runs=${options.runs}`]),
			...(options.time === undefined
				? []
				: [`-max_total_time=${options.time}`]),
			...(options.maxLen === undefined ? [] : [`-max_len=${options.maxLen}`]),
			...(options.dict === undefined ? [] : [`-dict=${options.dict}`]),
			...(options.jobs > 1 ? [`-fork=${options.jobs}`] : []),
		],
		{ stdio: "inherit" },
	);
	try {
		const [code] = await once(child, "exit");
		return code ?? 1;
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

/**
 * Writes a module that gives Jazzer.js a target. Most inputs get the cheap checks, as with our engine; here the input
 * decides which, since nobody says what is new.
 */
export function entryOf(specifier: string): string {
	return `import { fuzz as target } from ${JSON.stringify(specifier)};
export function fuzz(data) {
	let sum = 0;
	for (const byte of data) sum = (Math.imul(31, sum) + byte) | 0;
	const probe = globalThis.${PROBE_NAME};
	if (probe) probe.thorough = (sum & 63) === 0;
	target(data);
}
`;
}

/** This one takes the natives that oracles wrap for a fault. An oracle of ours does the same. */
export const DETECTORS = "--disableBugDetectors=prototype-pollution";

const TYPES = new URL(
	import.meta.url.endsWith(".ts") ? "jazzer-types.ts" : "jazzer-types.js",
	import.meta.url,
).href;
const PRELOAD = `data:text/javascript,${encodeURIComponent(
	`import { register } from "node:module"; register(${JSON.stringify(TYPES)});`,
)}`;

/** Finds the command of the Jazzer.js that the target's package has. */
function jazzerCommand(target: string): string {
	const resolver = createRequire(pathToFileURL(target));
	try {
		const description = resolver.resolve("@jazzer.js/core/package.json");
		const { bin } = resolver(description);
		const file = typeof bin === "string" ? bin : bin.jazzer;
		return join(dirname(description), file);
	} catch {
		throw new Exit(
			"usage",
			"--engine=jazzer needs Jazzer.js beside the target: npm install --save-dev @jazzer.js/core (its native code needs glibc 2.38, macOS or Windows)",
		);
	}
}
