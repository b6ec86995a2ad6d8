import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { campaign } from "../src/engine/campaign.ts";

// Each mutant has one fault, and is found from nothing: no seeds, no dictionary of its own. The first seed is enough here;
// the nightly run takes all five, and fuzzes what has no fault for longer.
const nightly = process.env.FRAMEWRIGHT_RUNS !== undefined;
const seeds = nightly ? [1, 2, 3, 4, 5] : [1];
const RUNS = 60_000;

const mutants = {
	"any-cut": "any-cut",
	"declared-errors": "declared-errors",
	window: "window",
	aliasing: "aliasing",
	"dead-after-error": "dead-after-error",
	"bounded-memory": "bounded-memory",
	allocation: "allocation",
	"linear-work": "linear-work",
	"round-trip": "round-trip",
	canonical: "canonical",
	prototype: "prototype",
	differential: "differential",
	composition: "composition",
};

const fileOf = (name: string): string =>
	resolve(import.meta.dirname, `mutants/${name}.ts`);

describe("the mutant of the oracle", () => {
	for (const [name, oracle] of Object.entries(mutants))
		test.each(seeds)(`${name} is found, with seed %i`, async (seed) => {
			const started = performance.now();
			const { faults } = await campaign({
				target: fileOf(name),
				runs: RUNS,
				seed,
				...(nightly && { time: 60 }),
			});
			expect(faults.map((fault) => fault.oracle)).toEqual([oracle]);
			if (nightly)
				console.log(
					`${name}, seed ${seed}: ${faults[0]?.executions} executions, ${((performance.now() - started) / 1000).toFixed(1)} s`,
				);
		});
});

test("nothing is found where there is no fault", async () => {
	const { faults, executions, edges } = await campaign({
		target: fileOf("clean"),
		seed: 1,
		...(nightly ? { time: 300 } : { runs: 10_000 }),
	});
	expect(faults).toEqual([]);
	expect(executions).toBeGreaterThanOrEqual(10_000);
	expect(edges).toBeGreaterThan(20);
});
