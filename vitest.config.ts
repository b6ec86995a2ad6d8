import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Tests run from src/: the source condition spares a build and points stacks at TypeScript.
const conditions = ["@framewright/source"];

/** Starts what takes minutes first, so that nobody waits for it in the end. */
class LongestFirst extends BaseSequencer {
	override async sort(
		files: TestSpecification[],
	): Promise<TestSpecification[]> {
		const isLong = ({ moduleId }: TestSpecification): boolean =>
			/(laws|stacks|packaging)\.test\.ts$/.test(moduleId);
		const sorted = await super.sort(files);
		return sorted.toSorted((a, b) => Number(isLong(b)) - Number(isLong(a)));
	}
}

export default defineConfig({
	resolve: { conditions },
	ssr: { resolve: { conditions } },
	test: {
		sequence: { sequencer: LongestFirst },
		// One less than there are, which is the default, is half of a machine with two.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		include: ["{packages,tools}/*/test/**/*.test.ts"],
		// The nightly run of the laws takes as long as it takes.
		testTimeout: process.env.FRAMEWRIGHT_RUNS ? 3_600_000 : 60_000,
	},
});
