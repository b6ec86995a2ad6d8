import { execFile } from "node:child_process";
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodeOf } from "../src/command/exit.ts";
import { type Printed, testCase } from "../src/command/print.ts";
import { nameOf } from "../src/engine/name.ts";

const tool = join(import.meta.dirname, "..");
const main = join(tool, "src/main.ts");
const fixture = (name: string): string =>
	join(import.meta.dirname, "fixtures", name);
// Within the tool, so that what is written there finds the packages.
const folder = mkdtempSync(join(tool, ".tmp-"));

afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

function fuzz(...args: string[]): Promise<Ended> {
	return execute(process.execPath, [
		"--conditions=@framewright/source",
		main,
		...args,
	]);
}

function execute(
	program: string,
	args: readonly string[],
	cwd = folder,
): Promise<Ended> {
	return new Promise((resolve) => {
		execFile(program, args, { cwd }, (error, out, err) => {
			resolve({
				code: error === null ? 0 : Number(error.code ?? -1),
				out,
				err,
			});
		});
	});
}

const endless = fixture("endless.ts");
const framed = fixture("framed.ts");
const clean = fixture("clean.ts");
const bug = Buffer.from("FWK1\x02\x05admin\x00\x20");
const bugHex = `hex:${bug.toString("hex")}`;

describe.concurrent("framewright-fuzz", { timeout: 120_000 }, () => {
	test("run ends with 0 where nothing is found, and says how fast it was", async () => {
		const { code, out } = await fuzz(
			"run",
			clean,
			"--runs",
			"500",
			"--no-save",
		);
		expect(code).toBe(0);
		expect(out).toMatch(
			/^500 executions and 0 decoder runs in [\d.]+ s: [\d,]+ and 0 a second of one core; \d+ of \d+ edges, corpus \d+ \([0-9a-f]{16}\)\n$/,
		);
	});

	test("run --json prints an object a line: progress, faults, the end", async () => {
		const { code, out } = await fuzz(
			"run",
			endless,
			"--runs",
			"500",
			"--no-save",
			"--json",
		);
		expect(code).toBe(70);
		const lines = out
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(lines.filter(({ type }) => type !== "progress")).toMatchObject([
			{ type: "fault", oracle: "fuel", input: "00" },
			{ type: "end", faults: 1 },
		]);
	});

	test("run --ci annotates what it finds, and saves its input", async () => {
		const target = join(folder, "copy.ts");
		writeFileSync(target, readFileSync(endless));
		mkdirSync(join(folder, "corpus"));
		const { code, out } = await fuzz("run", target, "--ci");
		expect(code).toBe(70);
		expect(out).toContain("::error file=copy.ts,title=fuel::took more than");
		expect(readdirSync(join(folder, "corpus/copy/regressions"))).toEqual([
			nameOf(Uint8Array.of(0)),
		]);
	});

	test("run takes words from a dictionary", async () => {
		const file = join(folder, "words.dict");
		writeFileSync(file, '# words\nname="FWK1\\x02\\x05admin\\x00 "\n');
		const { code } = await fuzz(
			"run",
			framed,
			"--dict",
			file,
			"--runs",
			"20000",
			"--no-save",
		);
		expect(code).toBe(77);
	});

	test("repro prints the fault, the stack, the bytes, and how to see it again", async () => {
		const { code, out } = await fuzz("repro", framed, bugHex);
		expect(code).toBe(77);
		expect(out).toContain(
			"thrown (RangeError): Offset is outside the bounds of the DataView\n",
		);
		expect(out).toMatch(/at decode \(.*framed\.ts:19:59\)/);
		expect(out).toContain("0000  46 57 4b 31 02 05 61 64 6d 69 6e 00 20");
		expect(out).toContain(`framewright-fuzz repro ${framed} ${bugHex}`);
		expect((await fuzz("repro", framed, "hex:00")).code).toBe(0);
	});

	test("min makes an input smaller, and its length right again", async () => {
		const large = Buffer.from("FWK1\x02\x05admin\x7f\xffabcdefgh", "latin1");
		const { code, out } = await fuzz(
			"min",
			framed,
			`hex:${large.toString("hex")}`,
		);
		expect(code).toBe(0);
		expect(out.trim()).toMatch(/^46574b31020561646d696e....$/);
		expect((await fuzz("min", framed, "hex:00")).code).toBe(2);
	});

	test("cmin keeps the smallest inputs that reach all that there is to reach", async () => {
		const corpus = join(folder, "corpus-to-shrink");
		mkdirSync(corpus);
		const [a, b] = [Buffer.from("FWK1\x02\x00\x00\x00"), Buffer.alloc(20)];
		for (const [i, data] of [
			a,
			Buffer.alloc(30),
			b,
			Buffer.alloc(40),
		].entries())
			writeFileSync(join(corpus, `${i}`), data);
		expect((await fuzz("cmin", framed, corpus)).code).toBe(0);
		expect(readdirSync(corpus).sort()).toEqual([nameOf(a), nameOf(b)].sort());
	});

	test("cov prints the lines and branches that nothing reaches", async () => {
		const corpus = join(folder, "corpus-to-cover");
		mkdirSync(corpus);
		writeFileSync(join(corpus, "1"), "FWK1\x01\x00\x00\x00");
		const { code, out } = await fuzz("cov", framed, corpus);
		expect(code).toBe(0);
		expect(out).toContain("framed.ts never reached:");
		expect(out).toMatch(/ 14:\d+ {2}branch .* return undefined;/);
		expect(out).toMatch(/ 19:\d+ {2}loop .*sum \+=/);
	});

	test("what a CommonJS package requires of its own is instrumented with it", async () => {
		const root = join(folder, "common");
		const inner = join(root, "node_modules/common-package");
		mkdirSync(inner, { recursive: true });
		writeFileSync(
			join(inner, "package.json"),
			'{ "name": "common-package", "main": "outer.js" }',
		);
		// Without a "type": Node then loads what is required without saying a format.
		writeFileSync(
			join(inner, "outer.js"),
			'exports.parse = require("./inner").parse;\n',
		);
		writeFileSync(
			join(inner, "inner.js"),
			'exports.parse = (data) => {\n\tif (data[0] === 7) throw new Error("seven");\n};\n',
		);
		// What is kept of it is kept here.
		mkdirSync(join(root, "corpus"));
		const target = join(root, "target.ts");
		writeFileSync(
			target,
			'import common from "common-package";\nexport const fuzz = (data: Uint8Array): void => common.parse(data);\n',
		);
		writeFileSync(join(root, "input"), Uint8Array.of(0));
		const covered = await fuzz("cov", target, root, "--json");
		expect(covered.code).toBe(0);
		expect(covered.out).toContain("inner.js");
		const found = await fuzz("run", target, "--runs", "9999", "--no-save");
		expect(found.code).toBe(77);
		expect(found.out).toMatch(/inner\.js:2/);
	});

	test("run --engine=jazzer gives Jazzer.js a file that it takes, JavaScript, and its options; its exit code is ours", async () => {
		const root = join(folder, "jazzer");
		const core = join(root, "node_modules/@jazzer.js/core");
		mkdirSync(core, { recursive: true });
		writeFileSync(
			join(core, "package.json"),
			'{ "name": "@jazzer.js/core", "type": "module", "bin": { "jazzer": "cli.js" } }',
		);
		// As Jazzer.js 4 does: a loader of its own sees modules, and only in JavaScript; then it calls what `fuzz` is.
		writeFileSync(
			join(core, "loader.js"),
			`export async function load(url, context, next) {
	const loaded = await next(url, context);
	if (url.endsWith("target.ts")) process._rawDebug(loaded.format, /: Uint8Array/.test(loaded.source));
	return loaded;
}
`,
		);
		writeFileSync(
			join(core, "cli.js"),
			`import { register } from "node:module";
import { pathToFileURL } from "node:url";
const [entry, ...args] = process.argv.slice(2);
if (!entry.endsWith(".mjs")) throw new Error("it would add .js");
register("./loader.js", import.meta.url);
const { fuzz } = await import(pathToFileURL(entry));
fuzz(Buffer.from("ab"));
console.log(args.join("\\n"));
process.exitCode = 77;
`,
		);
		// What is kept of it is kept here.
		mkdirSync(join(root, "corpus"));
		const target = join(root, "target.ts");
		writeFileSync(
			target,
			'export const fuzz = (data: Uint8Array): void => { console.log(data.length, "bytes"); };\n',
		);
		const { code, out, err } = await fuzz(
			"run",
			target,
			"--engine=jazzer",
			...["--runs", "5", "--seed", "3"],
		);
		expect(err).toContain("module false");
		expect(code).toBe(77);
		expect(out).toMatch(/^2 bytes\n/);
		expect(out).toMatch(/^--sync$/m);
		expect(out).toMatch(/^--includes=\*$/m);
		expect(out).toMatch(/^-seed=3$/m);
		expect(out).toMatch(/^-runs=5$/m);
	});

	test("a fault of the engine ends with 78, and its stack", async () => {
		const preload = join(folder, "no-processes.mjs");
		writeFileSync(
			preload,
			`import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
childProcess.fork = () => { throw new Error("spawn EAGAIN"); };
syncBuiltinESMExports();
`,
		);
		const { code, err } = await execute(process.execPath, [
			"--conditions=@framewright/source",
			`--import=${preload}`,
			main,
			"run",
			clean,
			"--no-save",
		]);
		expect(code).toBe(78);
		expect(err).toMatch(/^framewright-fuzz: Error: spawn EAGAIN\n +at /);
	});

	test("fmt prints what the target makes of an input", async () => {
		expect(await fuzz("fmt", clean, "hex:0001")).toMatchObject({
			code: 0,
			out: "2 bytes\n",
		});
		expect((await fuzz("fmt", framed, "hex:00")).code).toBe(2);
	});

	test("what cannot be done is said in one line, with 2", async () => {
		const not = join(folder, "not-a-target.ts");
		writeFileSync(not, "export const other = 1;\n");
		for (const [args, message] of [
			[["run", "nowhere"], 'There is no target "nowhere"'],
			[
				["run", not, "--no-save"],
				"must export a function `fuzz`, not undefined",
			],
			[["run", clean, "--runs", "0"], "It must be a whole number, at least 1."],
			[["run", clean, "--engine", "other"], "Allowed choices are own, jazzer."],
			[["repro", clean, "nowhere"], "Cannot read nowhere: ENOENT"],
		] as const) {
			const { code, err } = await fuzz(...args);
			expect(err).toContain(message);
			expect(code).toBe(2);
		}
	});

	test("init writes a target that runs, and finds its fault", async () => {
		const { code, out } = await fuzz("init", "mine", join(folder, "fuzz"));
		expect(code).toBe(0);
		expect(out).toContain("npx framewright-fuzz run mine");
		const { out: listed } = await fuzz("list", join(folder, "fuzz"));
		expect(listed).toContain("mine  fuzz/mine.ts  0 seeds, 0 regressions");
		const ran = await fuzz(
			"run",
			join(folder, "fuzz/mine.ts"),
			"--runs",
			"20000",
		);
		expect(ran.out).toContain("RangeError");
		expect(ran.code).toBe(77);
		const again = await fuzz("regress", join(folder, "fuzz/mine.ts"));
		expect(again.out).toContain("mine: 1 inputs, 1 wrong");
		expect(again.code).toBe(77);
	});
});

test("the exit code tells fuel and memory apart, and both from findings", () => {
	const of = (...oracles: string[]): number =>
		exitCodeOf(oracles.map((oracle) => ({ oracle })));
	expect([
		of(),
		of("fuel"),
		of("memory"),
		of("any-cut"),
		of("fuel", "any-cut"),
	]).toEqual([0, 70, 71, 77, 77]);
});

describe("the test cases that are printed", () => {
	const report = join(folder, "report.json");

	beforeAll(async () => {
		const fault = { message: "m", code: "", cuts: [], stack: [], key: "" };
		const cases: [string, Printed][] = [
			["throws", { ...fault, oracle: "thrown", target: framed, input: bug }],
			[
				"passes",
				{ ...fault, oracle: "thrown", target: framed, input: Uint8Array.of(1) },
			],
			[
				"hangs",
				{ ...fault, oracle: "fuel", target: endless, input: Uint8Array.of(0) },
			],
		];
		for (const [name, printed] of cases) {
			writeFileSync(
				join(
					folder,
					printed.target.endsWith("framed.ts") ? "framed.ts" : "endless.ts",
				),
				readFileSync(printed.target),
			);
			writeFileSync(join(folder, `${name}.test.ts`), testCase(printed));
		}
		writeFileSync(
			join(folder, "vitest.config.js"),
			'export default { resolve: { conditions: ["@framewright/source"] }, ssr: { resolve: { conditions: ["@framewright/source"] } } };',
		);
		const vitest = join(tool, "../../node_modules/vitest/vitest.mjs");
		await execute(process.execPath, [
			vitest,
			"run",
			"--root",
			folder,
			"--reporter=json",
			`--outputFile=${report}`,
		]);
	}, 120_000);

	test.each([
		["throws", "failed", "Offset is outside the bounds"],
		["passes", "passed", undefined],
		["hangs", "failed", "took more than 1,002,000 steps"],
	])("%s.test.ts has %s", (name, status, message) => {
		const { testResults } = JSON.parse(readFileSync(report, "utf8"));
		const result = testResults.find((each: { name: string }) =>
			each.name.endsWith(`/${name}.test.ts`),
		);
		expect(result.status).toBe(status);
		if (message)
			expect(result.assertionResults[0].failureMessages.join()).toContain(
				message,
			);
	});
});
