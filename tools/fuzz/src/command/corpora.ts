import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { replay } from "../engine/campaign.ts";
import type { Reached, Report, Unreached } from "../engine/messages.ts";
import { Session } from "../engine/session.ts";
import { exitCodeOf } from "./exit.ts";
import { count, faultText } from "./print.ts";
import {
	corpusFolder,
	findTarget,
	listTargets,
	readInputs,
	type Stored,
	shown,
	storeInput,
	targetName,
} from "./targets.ts";

// The commands that look at many inputs.

type Covered = Report & { kind: "covered" };

async function coverage(
	target: string,
	inputs: readonly Stored[],
): Promise<Covered> {
	let covered: Covered | undefined;
	await Session.run(
		{ kind: "cover", target, inputs: inputs.map(({ data }) => data) },
		{ patience: 600 },
		(report) => {
			if (report.kind === "covered") covered = report;
		},
	);
	return covered as Covered;
}

/** Keeps of some folders' inputs the smallest ones that do all that they do together. */
export async function cmin(
	name: string,
	folders: readonly string[],
	options: { readonly output?: string },
): Promise<number> {
	const target = findTarget(name);
	const from = folders.length > 0 ? folders : [`${corpusFolder(target)}/seeds`];
	const inputs = from.flatMap((folder) => readInputs(resolve(folder)));
	const { features } = await coverage(target, inputs);
	const kept = smallestCover(inputs, features);
	const output = options.output ?? (from[0] as string);
	mkdirSync(output, { recursive: true });
	const files = new Set(kept.map(({ data }) => storeInput(output, data)));
	// In place: what is not needed goes.
	if (options.output === undefined)
		for (const { file } of inputs) if (!files.has(file)) rmSync(file);
	process.stdout.write(
		`${count(inputs.length)} inputs, ${count(sizeOf(inputs))} bytes -> ${count(files.size)} inputs, ${count(sizeOf(kept))} bytes in ${shown(resolve(output))}\n`,
	);
	return 0;
}

function sizeOf(inputs: readonly Stored[]): number {
	return inputs.reduce((sum, { data }) => sum + data.length, 0);
}

/** Takes the smallest input of each feature, the rarest features first, and leaves out what those before do already. */
export function smallestCover(
	inputs: readonly Stored[],
	features: readonly (readonly number[])[],
): Stored[] {
	const bySize = inputs
		.map((_, i) => i)
		.sort(
			(a, b) =>
				(inputs[a] as Stored).data.length - (inputs[b] as Stored).data.length ||
				a - b,
		);
	const owners = new Map<number, number[]>();
	for (const i of bySize)
		for (const feature of features[i] ?? []) {
			const list = owners.get(feature);
			if (list) list.push(i);
			else owners.set(feature, [i]);
		}
	const done = new Set<number>();
	const kept = new Set<number>();
	for (const [feature, list] of [...owners].sort(
		([a, x], [b, y]) => x.length - y.length || a - b,
	)) {
		if (done.has(feature)) continue;
		const smallest = list[0] as number;
		kept.add(smallest);
		for (const other of features[smallest] ?? []) done.add(other);
	}
	return [...kept].sort((a, b) => a - b).map((i) => inputs[i] as Stored);
}

/** Prints what of the code under test a target's inputs never reach. */
export async function cov(
	name: string,
	folders: readonly string[],
	options: { readonly json?: boolean },
): Promise<number> {
	const target = findTarget(name);
	const own = corpusFolder(target);
	const from =
		folders.length > 0 ? folders : [`${own}/seeds`, `${own}/regressions`];
	const inputs = from.flatMap((folder) => readInputs(resolve(folder)));
	const { files, unreached } = await coverage(target, inputs);
	process.stdout.write(
		options.json
			? `${JSON.stringify({ inputs: inputs.length, files, unreached })}\n`
			: coverageText(inputs.length, files, unreached),
	);
	return 0;
}

function coverageText(
	inputs: number,
	files: readonly Reached[],
	unreached: readonly Unreached[],
): string {
	const lines = [`${count(inputs)} inputs`];
	for (const { file, edges, reached } of files) {
		if (edges === 0) continue;
		lines.push(
			"",
			`${shown(file)}: ${reached} of ${edges} edges (${Math.floor((100 * reached) / edges)} %)`,
		);
	}
	for (const file of new Set(unreached.map((place) => place.file))) {
		lines.push("", `${shown(file)} never reached:`);
		for (const { line, column, kind, text } of unreached.filter(
			(place) => place.file === file,
		))
			lines.push(
				`${`${line}:${column}`.padStart(9)}  ${kind.padEnd(18)}  ${text.slice(0, 80)}`,
			);
	}
	return `${lines.join("\n")}\n`;
}

/** Runs all inputs that are kept, of all targets or of some, and prints the faults that they show. */
export async function regress(
	names: readonly string[],
	options: { readonly json?: boolean; readonly heap: number },
): Promise<number> {
	const targets =
		names.length > 0 ? names.map((name) => findTarget(name)) : listTargets();
	const faults = [];
	for (const target of targets) {
		const folder = corpusFolder(target);
		const inputs = [
			...readInputs(`${folder}/seeds`),
			...readInputs(`${folder}/regressions`),
		];
		const found = await replay(
			{ target },
			inputs.map(({ data }) => data),
			{ heap: options.heap },
		);
		let wrong = 0;
		for (const [i, fault] of found.entries()) {
			if (fault === undefined) continue;
			wrong += 1;
			faults.push(fault);
			const { data, file } = inputs[i] as Stored;
			if (!options.json)
				process.stdout.write(
					`${faultText({ ...fault, target, input: data, file })}\n\n`,
				);
		}
		process.stdout.write(
			options.json
				? `${JSON.stringify({ target: shown(target), inputs: inputs.length, faults: found.filter(Boolean) })}\n`
				: `${targetName(target)}: ${count(inputs.length)} inputs, ${wrong === 0 ? "nothing wrong" : `${wrong} wrong`}\n`,
		);
	}
	return exitCodeOf(faults);
}
