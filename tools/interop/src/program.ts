import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { describe, test } from "vitest";
import type { Command } from "./child.ts";

/**
 * Describes what needs a program of the machine's. Where it is missing, one skipped test says how to install it; in
 * continuous integration that test fails, so that nothing goes unproved in silence.
 *
 *     describeProgram("clangd", "apt-get install clangd", (path) => { test(...) });
 *
 * `otherNames` are those that the program has elsewhere.
 */
export function describeProgram(
	name: string,
	install: string,
	tests: (path: string) => void,
	...otherNames: readonly string[]
): void {
	const path = [name, ...otherNames]
		.map(findProgram)
		.find((found) => found !== undefined);
	if (path !== undefined) describe(name, () => tests(path));
	else
		test(`${name} is not installed: ${install}`, (context) => {
			if (process.env.CI)
				throw new Error(`${name} is not on the PATH: ${install}`);
			context.skip();
		});
}

/** Finds a program on the PATH. */
function findProgram(name: string): string | undefined {
	const directories = (process.env.PATH ?? "").split(delimiter);
	return directories
		.map((directory) => join(directory, name))
		.find((path) => {
			try {
				accessSync(path, constants.X_OK);
				return true;
			} catch {
				return false;
			}
		});
}

const require = createRequire(import.meta.url);

/** The command for a program of an npm package, run by the Node that runs us. */
export function packageProgram(name: string, bin: string): Command {
	const manifest = require.resolve(`${name}/package.json`);
	const programs = require(manifest).bin;
	const program = typeof programs === "string" ? programs : programs[bin];
	return [process.execPath, join(dirname(manifest), program)];
}
