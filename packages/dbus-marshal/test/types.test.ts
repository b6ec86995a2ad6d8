import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { sample } from "./arbitrary-value.ts";

const require = createRequire(import.meta.url);
const samples = readFileSync(new URL("types.ts", import.meta.url), "utf8");
const directory = mkdtempSync(join(tmpdir(), "framewright-types-"));
afterAll(() => rmSync(directory, { recursive: true }));

for (const name of ["typescript-5.6", "typescript"])
	describe(name, () => {
		const tsc = join(
			dirname(require.resolve(`${name}/package.json`)),
			"bin/tsc",
		);

		test("infers values from signatures, and finds the mistakes in samples of both", () => {
			expect(check(tsc, samples).errors).toEqual([]);
		});

		test("says what is wrong with a signature", () => {
			const marked = "// @ts-expect-error\n";
			const { errors } = check(tsc, samples.replaceAll(marked, "\n"));
			expect(
				errors.map((error) => error.replace(/.*: error TS2345: /, "")),
			).toEqual(
				[
					["", "a complete type is missing at the end"],
					[
						"ii",
						'there must be one complete type, but \\"i\\" follows the first',
					],
					["a", "a complete type is missing at the end"],
					["m", '\\"m\\" is not the code of a type, at \\"m\\"'],
					["()", 'a struct must have a field, before \\")\\"'],
					["(i", "a complete type is missing at the end"],
					[
						"{ss}",
						'a dict entry may only be the element of an array, at \\"{ss}\\"',
					],
					["a{vs}", 'the key of a dict must be basic, at \\"{vs}\\"'],
					["a{s}", 'a complete type is missing before \\"}\\"'],
					[
						"a{sii}",
						'a dict entry must have one key and one value, at \\"{sii}\\"',
					],
					["ia", "a complete type is missing at the end"],
					["i)", 'a complete type is missing before \\")\\"'],
				].map(
					([signature, why]) =>
						`Argument of type '"${signature}"' is not assignable to parameter of type '"Bad signature: ${why}"'.`,
				),
			);
		});

		test("checks 200 different signatures without much work", () => {
			const signatures = new Set<string>();
			for (const { signature } of fc.sample(sample(), {
				numRuns: 2000,
				seed: 1,
			}))
				if (signature.length > 3 && signatures.size < 200)
					signatures.add(signature);
			expect(signatures.size).toBe(200);
			const source = ['import { marshal } from "@framewright/dbus-marshal";'];
			for (const signature of signatures)
				source.push(
					`{ const codec = marshal("${signature}"); codec.encode(codec.decode(new Uint8Array())); }`,
				);
			const { errors, instantiations } = check(tsc, source.join("\n"));
			expect(errors).toEqual([]);
			// About 120,000 when this was written, and less than two seconds.
			expect(instantiations).toBeGreaterThan(1000);
			expect(instantiations).toBeLessThan(250_000);
		});
	});

/** Checks a module with a compiler: its errors, and how often types were instantiated. */
function check(
	tsc: string,
	source: string,
): { errors: string[]; instantiations: number } {
	writeFileSync(join(directory, "index.ts"), source);
	const packages = new URL("../../", import.meta.url);
	const paths = Object.fromEntries(
		["codec", "dbus-marshal"].map((name) => [
			`@framewright/${name}`,
			[fileURLToPath(new URL(`${name}/src/index.ts`, packages))],
		]),
	);
	const config = join(directory, "tsconfig.json");
	writeFileSync(
		config,
		JSON.stringify({
			compilerOptions: {
				noEmit: true,
				target: "es2022",
				module: "esnext",
				moduleResolution: "bundler",
				lib: ["esnext", "dom"],
				types: [],
				strict: true,
				exactOptionalPropertyTypes: true,
				allowImportingTsExtensions: true,
				skipLibCheck: true,
				paths,
			},
			files: ["index.ts"],
		}),
	);
	const { stdout, error } = spawnSync(
		process.execPath,
		[tsc, "--project", config, "--extendedDiagnostics"],
		{ encoding: "utf8", timeout: 60_000 },
	);
	if (error) throw error;
	return {
		errors: stdout.split("\n").filter((line) => line.includes("error TS")),
		instantiations: Number(/Instantiations:\s+([0-9]+)/.exec(stdout)?.[1]),
	};
}
