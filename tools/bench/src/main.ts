// Side-by-side benchmarks: npm run bench [-- decisions | by-reference | length-prefixed | newline | ...]

import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { join } from "node:path";
import { printBars } from "./bars.ts";
import { drawPlots } from "./plots.ts";
import { fillReadmes } from "./readmes.ts";
import { print } from "./report.ts";
import { type Results, storeResults, type Table } from "./results.ts";
import { suites } from "./suites.ts";

const on = `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}`;

const chosen =
	process.argv.length > 2 ? process.argv.slice(2) : Object.keys(suites);
for (const name of chosen)
	if (suites[name] === undefined) {
		console.error(
			`No benchmark is called ${name}; there are: ${Object.keys(suites).join(", ")}`,
		);
		process.exit(2);
	}

console.log(
	`${on}. Medians of interleaved passes; trust the ratios.
"once": a single pass, not warmed up, took all the time there was. "-": left out, since it would take minutes: quadratic work
on a large frame (see growth), or more than a million chunks.`,
);
let results: Results = {};
for (const name of chosen) {
	const started = performance.now();
	const tables = await run(name);
	results = storeResults({ [name]: { on, tables } });
	console.log(
		`\n(${name}: ${((performance.now() - started) / 1e3).toFixed(0)} s)`,
	);
}
printBars(results, chosen);
await drawPlots(results, chosen);
fillReadmes(results);

/** Runs a suite in a process of its own, and prints what it sends. */
async function run(name: string): Promise<Table[]> {
	const all: Table[] = [];
	const child = fork(join(import.meta.dirname, "run-suite.ts"), [name], {
		execArgv: ["--conditions=@framewright/source", "--expose-gc"],
	});
	child.on("message", (tables: Table[]) => {
		print(tables);
		all.push(...tables);
	});
	const [code] = await once(child, "exit");
	if (code !== 0) {
		console.error(`The benchmark ${name} failed`);
		process.exit(1);
	}
	return all;
}
