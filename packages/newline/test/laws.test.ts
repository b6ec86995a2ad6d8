import { describe, test } from "vitest";
import { configurations } from "./configurations.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);

for (const [name, laws] of configurations({ numRuns, steps: false }))
	describe(name, () => {
		for (const law of laws) test(law.name, () => law.check());
	});
