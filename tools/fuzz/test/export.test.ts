import { execFileSync } from "node:child_process";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { exportOssFuzz } from "../src/command/export.ts";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "framewright-fuzz-test-"));
const output = join(folder, "exported");
const target = "tools/fuzz/test/fixtures/framed.ts";

beforeAll(() => {
	const before = process.cwd();
	process.chdir(root);
	try {
		exportOssFuzz([target], {
			output,
			repository: "https://example.org/framewright.git",
		});
	} finally {
		process.chdir(before);
	}
});

afterAll(() => rmSync(folder, { recursive: true }));

const read = (path: string): string => readFileSync(join(output, path), "utf8");

test.each(["oss-fuzz", ".clusterfuzzlite"])(
	"%s/project.yaml says what Jazzer.js needs",
	(place) => {
		expect(parse(read(`${place}/project.yaml`))).toMatchObject({
			language: "javascript",
			main_repo: "https://example.org/framewright.git",
			fuzzing_engines: ["libfuzzer"],
			sanitizers: ["none"],
			base_os_version: "ubuntu-24-04",
		});
	},
);

test("the workflow is one, on pull requests and every night", () => {
	const { on, jobs } = parse(read(".github/workflows/clusterfuzzlite.yml"));
	expect(Object.keys(on)).toEqual([
		"pull_request",
		"schedule",
		"workflow_dispatch",
	]);
	const uses = jobs.fuzz.steps.map((step: { uses: string }) => step.uses);
	expect(uses).toEqual([
		"google/clusterfuzzlite/actions/build_fuzzers@v1",
		"google/clusterfuzzlite/actions/run_fuzzers@v1",
	]);
	for (const step of jobs.fuzz.steps)
		expect(step.with.language).toBe("javascript");
});

test("the images are of the Ubuntu that Jazzer.js loads on, with the code in them", () => {
	expect(read("oss-fuzz/Dockerfile")).toMatch(
		/^FROM gcr\.io\/oss-fuzz-base\/base-builder-javascript:ubuntu-24-04\n[\s\S]*RUN git clone --depth 1 https:\/\/example\.org\/framewright\.git framewright\nCOPY build\.sh \$SRC\/\nWORKDIR \$SRC\/framewright\n$/,
	);
	expect(read(".clusterfuzzlite/Dockerfile")).toContain(
		"COPY . $SRC/framewright\nCOPY .clusterfuzzlite/build.sh $SRC/\n",
	);
});

test.each([
	// What is copied is named as from the folder that the image is built in: the project's, or the repository's.
	["oss-fuzz", "oss-fuzz"],
	[".clusterfuzzlite", "."],
])("all that %s/Dockerfile copies is there", (place, context) => {
	const copies = read(`${place}/Dockerfile`).matchAll(/^COPY (.+) (\S+)$/gm);
	const sources = [...copies].flatMap(([, from = ""]) => from.split(" "));
	expect(sources).toContain(
		context === "." ? ".clusterfuzzlite/build.sh" : "build.sh",
	);
	for (const source of sources)
		expect(existsSync(join(output, context, source)), source).toBe(true);
});

/** What the image has: stand-ins that do what its scripts do, as far as it shows without Jazzer.js. */
function standIns(bin: string): void {
	const programs = {
		npm: "exit 0",
		npx: `exec ${JSON.stringify(process.execPath)} "$@"`,
		zip: 'echo "$@" >> "$OUT/zipped"',
		compile_javascript_fuzzer:
			'echo "$@" >> "$OUT/compiled"; cp "$SRC/$1/$2" "$OUT"',
	};
	mkdirSync(bin);
	for (const [name, script] of Object.entries(programs)) {
		writeFileSync(join(bin, name), `#!/bin/bash -eu\n${script}\n`);
		chmodSync(join(bin, name), 0o755);
	}
}

test("build.sh makes one file of a target, which plain Node loads, and which finds the fault", () => {
	const [bin, source, out] = ["bin", "source", "out"].map((name) =>
		join(folder, name),
	) as [string, string, string];
	standIns(bin);
	mkdirSync(out);
	// As the image has it: $SRC/PROJECT, with its packages installed.
	const project = join(source, "framewright");
	mkdirSync(join(project, "tools"), { recursive: true });
	for (const name of [
		"tools/fuzz",
		"packages",
		"node_modules",
		"package.json",
		"tsconfig.base.json",
	])
		symlinkSync(join(root, name), join(project, name));
	const esbuild = createRequire(import.meta.url).resolve("esbuild/bin/esbuild");
	writeFileSync(
		join(bin, "npx"),
		`#!/bin/bash -eu\n[ "$1" = esbuild ]\nshift\nexec ${JSON.stringify(esbuild)} "$@"\n`,
	);
	const script = join(output, "oss-fuzz/build.sh");
	execFileSync("bash", ["-n", script]);
	execFileSync("bash", [script], {
		env: {
			PATH: `${bin}${delimiter}${process.env.PATH}`,
			SRC: source,
			OUT: out,
		},
		stdio: "pipe",
	});
	expect(readFileSync(join(out, "compiled"), "utf8")).toBe(
		"framewright fuzz-build/framed.js --sync --disableBugDetectors=prototype-pollution\n",
	);
	expect(existsSync(join(out, "zipped"))).toBe(false);
	const call = (hex: string): string =>
		execFileSync(process.execPath, [
			"-e",
			`try { require(${JSON.stringify(join(out, "framed.js"))}).fuzz(Buffer.from("${hex}", "hex")); console.log("fine"); } catch (error) { console.log(error.name); }`,
		]).toString();
	expect(call("00")).toBe("fine\n");
	expect(call("46574b31020561646d696e0020")).toBe("RangeError\n");
});
