import { defineConfig } from "vitest/config";

// Tests run from src/: the source condition spares a build and points stacks at TypeScript.
const conditions = ["@framewright/source"];

export default defineConfig({
	resolve: { conditions },
	ssr: { resolve: { conditions } },
	test: {
		include: ["{packages,tools}/*/test/**/*.test.ts"],
		testTimeout: 60_000,
	},
});
