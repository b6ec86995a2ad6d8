import { execFileSync } from "node:child_process";
import { test } from "vitest";

/** Debian's own Python: the modules that its packages bring are there, and nowhere else. */
export const python = "/usr/bin/python3";

/**
 * Describes what needs modules of Debian's Python. Where one is missing, one skipped test says how to install it; in continuous
 * integration that test fails.
 */
export function describeModules(
	modules: readonly string[],
	install: string,
	tests: () => void,
): void {
	try {
		execFileSync(python, ["-c", `import ${modules.join(", ")}`], {
			stdio: "ignore",
		});
	} catch {
		test(`${modules.join(", ")} of Python is not installed: ${install}`, (context) => {
			if (process.env.CI)
				throw new Error(`Python has no ${modules.join(", ")}: ${install}`);
			context.skip();
		});
		return;
	}
	tests();
}
