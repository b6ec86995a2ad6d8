import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Tests run from src/: the source condition spares a build and points stacks at TypeScript.
const conditions = ["@framewright/source"];

export default defineConfig({
	resolve: { conditions },
	ssr: { resolve: { conditions } },
	test: {
		// One less than there are, which is the default, is half of a machine with two.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		include: ["{packages,tools}/*/test/**/*.test.ts"],
		// The nightly run of the laws takes as long as it takes.
		testTimeout: process.env.FRAMEWRIGHT_RUNS ? 3_600_000 : 60_000,
	},
});
