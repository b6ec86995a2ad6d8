import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
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
	const child = spawn(
		process.execPath,
		[
			...process.execArgv,
			command,
			target,
			corpus,
			...(options.seeds && existsSync(seeds) ? [seeds] : []),
			"--sync",
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
	const [code] = await once(child, "exit");
	return code ?? 1;
}

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
