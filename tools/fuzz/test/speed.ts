// Prints how fast each engine runs the same targets, on one core:
//
//     npm run fuzz:speed
//
// Rates are by processor time: of the child that fuzzes, its compiler and its garbage collector included.

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { campaign } from "../src/engine/campaign.ts";
import { probe } from "../src/probe.ts";

const SECONDS = Number(process.argv[2] ?? 30);
const BARS = [
	// The target, and the decoder runs a second that it must reach.
	["length-prefixed-json-rpc", 50_000],
	["dbus-message", 30_000],
] as const;

interface Row {
	readonly target: string;
	readonly engine: string;
	readonly "executions/s": number;
	readonly "decoder runs/s": number;
	readonly bar: string;
}

async function own(name: string, target: string, bar: number): Promise<Row> {
	const { executions, runs, cpuSeconds } = await campaign({
		target,
		time: SECONDS,
		keepGoing: true,
	});
	return row(
		name,
		"framewright-fuzz",
		executions,
		runs,
		cpuSeconds,
		`8,000 and ${bar.toLocaleString("en")}`,
	);
}

/** What a property that gets random bytes does: no coverage, nothing instrumented, the same cheap checks. */
async function fastCheck(name: string, target: string): Promise<Row> {
	const { fuzz } = await import(pathToFileURL(target).href);
	const bytes = fc.uint8Array({ maxLength: 96, size: "max" });
	const before = probe.runs;
	const start = process.cpuUsage();
	const end = performance.now() + 1000 * SECONDS;
	let executions = 0;
	probe.thorough = false;
	try {
		for (let seed = 0; performance.now() < end; seed++)
			fc.assert(
				fc.property(bytes, (data) => {
					executions += 1;
					fuzz(data);
				}),
				{ seed, numRuns: 1000 },
			);
	} finally {
		probe.thorough = true;
	}
	const { user, system } = process.cpuUsage(start);
	return row(
		name,
		"fast-check, random bytes",
		executions,
		probe.runs - before,
		(user + system) / 1e6,
		"",
	);
}

function row(
	target: string,
	engine: string,
	executions: number,
	runs: number,
	seconds: number,
	bar: string,
): Row {
	return {
		target,
		engine,
		"executions/s": Math.round(executions / seconds),
		"decoder runs/s": Math.round(runs / seconds),
		bar,
	};
}

/** Says whether Jazzer.js could be compared, and if not, why. */
function jazzerNote(): string {
	try {
		createRequire(import.meta.url)("@jazzer.js/core");
		return "Jazzer.js is here: run --engine=jazzer prints its rate.";
	} catch (error) {
		return `Jazzer.js is not compared, for it does not load here: ${(error as Error).message.split("\n", 1)[0]}`;
	}
}

const rows: Row[] = [];
for (const [name, bar] of BARS) {
	const target = join(import.meta.dirname, "../targets", `${name}.ts`);
	rows.push(await own(name, target, bar), await fastCheck(name, target));
}
console.table(rows);
console.log(jazzerNote());
