import { execFileSync, spawnSync } from "node:child_process";
import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

// The script runs in a repository as small as it gets, and what it starts writes down how it was called.
const repository = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "framewright-fuzz-ci-"));
const calls = join(folder, "calls");

function write(file: string, text: string): void {
	mkdirSync(dirname(join(folder, file)), { recursive: true });
	writeFileSync(join(folder, file), text);
}

function git(...args: string[]): void {
	execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
		cwd: folder,
		stdio: "ignore",
	});
}

function commit(): void {
	git("add", "--all");
	git("commit", "--quiet", "--message=x");
}

/** Runs the script, and returns its exit code and how it called npm. */
function ci(...args: string[]): { code: number | null; called: string[] } {
	writeFileSync(calls, "");
	const { status } = spawnSync("bash", [join(folder, ".ci/fuzz"), ...args], {
		env: {
			...process.env,
			PATH: [join(folder, "bin"), dirname(process.execPath), process.env.PATH]
				.filter(Boolean)
				.join(delimiter),
			CALLS: calls,
		},
	});
	const called = readFileSync(calls, "utf8").trim();
	return { code: status, called: called === "" ? [] : called.split("\n") };
}

beforeAll(() => {
	write(
		"bin/npm",
		'#!/bin/sh\necho "$*" >> "$CALLS"\ncase "$*" in *upper*) exit 77;; esac\n',
	);
	chmodSync(join(folder, "bin/npm"), 0o755);
	for (const file of [".ci/fuzz", "tools/fuzz/test/packages-of.ts"]) {
		write(file, "");
		copyFileSync(join(repository, file), join(folder, file));
	}
	for (const [name, needs] of [
		["lower", {}],
		["upper", { "@framewright/lower": "*" }],
		["other", {}],
	] as const) {
		write(
			`packages/${name}/package.json`,
			JSON.stringify({ type: "module", dependencies: needs }),
		);
		write(`packages/${name}/src/index.ts`, "");
		write(
			`tools/fuzz/targets/${name}.ts`,
			`import { x } from "@framewright/${name}";\n`,
		);
	}
	write("package.json", '{ "type": "module" }');
	write(".gitignore", "calls\n");
	git("init", "--quiet");
	commit();
});

afterAll(() => rmSync(folder, { recursive: true }));

const run = (name: string, ...options: string[]): string =>
	["run --silent fuzz -- run", `tools/fuzz/targets/${name}.ts`, ...options]
		.concat("--ci")
		.join(" ");

test("what did not change is not fuzzed", () => {
	expect(ci("changed", "HEAD")).toEqual({ code: 0, called: [] });
});

test("targets of a package that changed are, and of those that need it; a finding of one is the exit code", () => {
	write("packages/lower/src/index.ts", "export const x = 1;\n");
	commit();
	expect(ci("changed", "HEAD~1")).toEqual({
		code: 77,
		called: ["lower", "upper"].map((name) => run(name, "--runs", "30000")),
	});
});

test("all targets are when the engine changed", () => {
	write("tools/fuzz/src/index.ts", "export {};\n");
	commit();
	expect(ci("changed", "HEAD~1").called).toEqual(
		["lower", "other", "upper"].map((name) => run(name, "--runs", "30000")),
	);
});

test("a target that cannot be read is no reason to fuzz less", () => {
	write("tools/fuzz/targets/broken.ts", 'import { x } from "./missing.ts";\n');
	expect(ci("changed", "HEAD").code).toBe(1);
	rmSync(join(folder, "tools/fuzz/targets/broken.ts"));
});

test("at night each target is fuzzed for a time, from what was kept, on all processors", () => {
	const processors = execFileSync("nproc").toString().trim();
	const { code, called } = ci("nightly", "7", "2m");
	expect(code).toBe(77);
	expect(called).toEqual(
		["lower", "other", "upper"].map((name) =>
			run(
				name,
				...["--seed", "7", "--time", "2m", "--jobs", processors],
				...["--corpus", `.cache/fuzz/${name}`, "--keep-going"],
			),
		),
	);
});
