import { describe, test } from "vitest";
import { configurations } from "./configurations.ts";

// Steps are counted here alone: to count them makes a process half as fast. None are counted in the runs, so that these may be few.
for (const [name, laws] of configurations({ numRuns: 100 }))
	describe(name, () => {
		for (const law of laws)
			if (law.name.startsWith("work is linear"))
				test(law.name, () => law.check());
	});
