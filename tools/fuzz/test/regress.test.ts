import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import {
	corpusFolder,
	listTargets,
	readInputs,
	targetName,
} from "../src/command/targets.ts";
import { replay } from "../src/engine/campaign.ts";
import { nameOf } from "../src/engine/name.ts";

const folder = join(import.meta.dirname, "..");
const targets = listTargets(join(folder, "targets"));

const inputsOf = (target: string) =>
	["seeds", "regressions"].flatMap((kind) =>
		readInputs(join(corpusFolder(target), kind)),
	);

// Each has a process of its own.
test.concurrent.each(targets)(
	"all inputs kept of %s do well",
	{ timeout: 300_000 },
	async (target) => {
		const inputs = inputsOf(target);
		if (inputs.length === 0) return;
		const faults = await replay(
			{ target },
			inputs.map(({ data }) => data),
		);
		const wrong = faults.flatMap((fault, i) =>
			fault ? [`${inputs[i]?.file}: ${fault.oracle}: ${fault.message}`] : [],
		);
		expect(wrong).toEqual([]);
	},
);

test("inputs are named by their content, and belong to a target", () => {
	const inputs = targets.flatMap(inputsOf);
	for (const { file, data } of inputs)
		expect(basename(file)).toBe(nameOf(data));
	const known = [...targets, ...listTargets(join(folder, "examples"))].map(
		targetName,
	);
	const folders = readdirSync(join(folder, "corpus"), { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name);
	expect(folders.filter((name) => !known.includes(name))).toEqual([]);
});
