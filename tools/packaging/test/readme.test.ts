import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { readExamples } from "../src/example.ts";
import { run } from "../src/run.ts";
import { publishedPackages, root } from "../src/workspace.ts";

const readmes = [
	"README.md",
	// A command has its examples in the shell's language; its own tests run them.
	...publishedPackages()
		.filter(({ manifest }) => manifest.bin === undefined)
		.map(({ directory }) => join(directory, "README.md")),
];

// The packaging check runs them again, from what users install. This is the quick way to see a broken one.
describe.concurrent.each(readmes)("%s", (readme) => {
	const examples = readExamples(readme);

	test("has an example", () => {
		expect(examples).not.toEqual([]);
	});

	test.each(examples)("its example at $place runs", async ({ program }) => {
		await run(
			"node",
			["--conditions=@framewright/source", "--input-type=module"],
			{
				cwd: dirname(join(root, readme)),
				input: program,
			},
		);
	});
});
