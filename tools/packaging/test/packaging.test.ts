import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runInPage, startChromium } from "../src/browser.ts";
import { bundle, gzipBytes } from "../src/bundle.ts";
import { packageOf, readExamples, runsInBrowsers } from "../src/example.ts";
import { findFirst, readFirstFinding } from "../src/fuzz-readme.ts";
import { install, type Store, workspaceDependencies } from "../src/project.ts";
import { run } from "../src/run.ts";
import {
	addedRuntimes,
	installRuntimes,
	localRuntimes,
	machineNode,
	type Runtime,
} from "../src/runtimes.ts";
import { expectedFiles, pack, sourcesOf } from "../src/tarball.ts";
import { checkTypes, compilers } from "../src/types.ts";
import {
	browserEntries,
	budgetOf,
	entries,
	publishedPackages,
} from "../src/workspace.ts";

const everywhere = process.env.CI === "true";
const runtimes = everywhere
	? [...localRuntimes, ...addedRuntimes]
	: localRuntimes;
const packages = publishedPackages();
const sizes: { entry: string; bytes: number; budget: number }[] = [];

const directory = mkdtempSync(join(tmpdir(), "framewright-packaging-"));
let store: Store;
let chromium: Promise<Browser> | undefined;
const projects = new Map<string, Promise<string>>();

/** Installs packages into a project of their own, once for all tests that need the same. */
function installed(names: readonly string[]): Promise<string> {
	const key = names.join();
	const project = projects.get(key) ?? install(store, names);
	projects.set(key, project);
	return project;
}

function runModule(
	{ command: [program, ...args] }: Runtime,
	module: string,
	...rest: string[]
): Promise<string> {
	return run(program, [...args, module, ...rest], {
		cwd: dirname(module),
		env: { DENO_NO_UPDATE_CHECK: "1" },
		timeout: 60_000,
	});
}

const importAll = (specifiers: readonly string[]): string =>
	specifiers
		.map((from, i) => `import * as m${i} from "${from}"; console.log(m${i});\n`)
		.join("");

/** Runs a module in Chromium, which is started for the first. */
async function runInChromium(code: string): Promise<void> {
	chromium ??= startChromium();
	await runInPage(await chromium, code);
}

beforeAll(async () => {
	store = { packages, directory, tarballs: await pack(packages, directory) };
	if (everywhere) await installRuntimes();
}, 300_000);

afterAll(async () => {
	rmSync(directory, { recursive: true });
	// If it did not start, the tests have said so.
	await chromium?.then(
		(browser) => browser.close(),
		() => {},
	);
	console.log("Minified and gzipped, dependencies included:");
	console.table(sizes.sort((a, b) => (a.entry < b.entry ? -1 : 1)));
	if (!everywhere)
		console.log(
			`With CI=true, the packages also run on ${addedRuntimes.map(({ name }) => name).join(", ")} (npm brings them along) and Chromium (apt-get install chromium).`,
		);
});

test("the machine's own Node is one that the packages run on", async () => {
	const version = await run(machineNode, ["--version"], { cwd: directory });
	expect(Number.parseInt(version.slice(1), 10)).toBeGreaterThanOrEqual(20);
});

describe.concurrent.each(packages)("$name", { timeout: 300_000 }, (item) => {
	const { name, manifest } = item;
	const browsers = browserEntries(item);
	const commands = Object.values(manifest.bin ?? {});
	const peers = Object.keys(manifest.peerDependencies ?? {});
	let project: string;
	let home: string;
	const read = (path: string): string => readFileSync(join(home, path), "utf8");

	beforeAll(async () => {
		project = await installed([name]);
		home = join(project, "node_modules", name);
		writeFileSync(join(project, "import.mjs"), importAll(entries(item)));
	}, 300_000);

	test("has dist, src, README.md, LICENSE and package.json, and nothing else", () => {
		const files = store.tarballs.get(name)?.files ?? [];
		const sources = files.filter((file) =>
			/^src\/.*(?<!\.test)\.ts$/.test(file),
		);
		expect(files).toEqual(expectedFiles(sources));
	});

	test("has source maps that lead to the sources it ships", () => {
		const files = store.tarballs.get(name)?.files ?? [];
		const maps = files.filter((file) => file.endsWith(".map"));
		const sources = maps.flatMap((map) => sourcesOf(read(map), map));
		expect(sources.filter((source) => !files.includes(source))).toEqual([]);
	});

	test("satisfies publint", async () => {
		const { messages, pkg } = await publint({
			pkgDir: home,
			pack: false,
			strict: true,
		});
		expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
	});

	test.each([...entries(item), ...commands])(
		"fits its budget: %s",
		async (entry) => {
			const isCommand = commands.includes(entry);
			const from = isCommand ? join(home, entry) : entry;
			const { code } = await bundle(`export * from ${JSON.stringify(from)};`, {
				directory: project,
				platform: browsers.includes(entry) ? "browser" : "node",
				external: peers,
			});
			const bytes = gzipBytes(code);
			const budget = budgetOf(item, entry);
			sizes.push({ entry: isCommand ? name : entry, bytes, budget });
			expect(bytes, "framewright.maxGzipBytes").toBeLessThanOrEqual(budget);
		},
	);

	test.each(runtimes)("loads on $name", async (runtime) => {
		await runModule(runtime, join(project, "import.mjs"));
		for (const path of commands)
			await runModule(runtime, join(home, path), "--help");
	});

	// A command alone has no types.
	if (manifest.exports === undefined) return;

	test("satisfies Are the Types Wrong?", async () => {
		const attw = createRequire(import.meta.url).resolve(
			"@arethetypeswrong/cli/package.json",
		);
		const tarball = store.tarballs.get(name)?.path ?? "";
		await run(
			process.execPath,
			[join(dirname(attw), "dist/index.js"), tarball, "--profile=esm-only"],
			{ cwd: project },
		);
	});

	test.each(compilers)("has types that $name accepts", async ({ tsc }) => {
		const nodeOnly = entries(item).filter((entry) => !browsers.includes(entry));
		for (const [specifiers, node] of [
			[browsers, false],
			[nodeOnly, true],
		] as const)
			if (specifiers.length > 0)
				await checkTypes(project, tsc, {
					name: node ? "imports-node" : "imports",
					modules: [importAll(specifiers)],
					node,
				});
	});

	test.each(browsers)("%s needs nothing of Node's", async (entry) => {
		const { imports, nodeGlobals } = await bundle(importAll([entry]), {
			directory: project,
			external: peers,
		});
		expect(imports.filter((path) => !peers.includes(path))).toEqual([]);
		expect(nodeGlobals).toEqual([]);
	});

	if (everywhere && browsers.length > 0)
		test("loads in Chromium", async () => {
			const { code } = await bundle(importAll(browsers), {
				directory: project,
			});
			await runInChromium(code);
		});
});

const allNames = packages.map(({ name }) => name);
const readmes = [
	{ readme: "README.md", names: allNames },
	...packages.map(({ name, directory }) => ({
		readme: join(directory, "README.md"),
		names: [name],
	})),
]
	.map((item) => ({ ...item, examples: readExamples(item.readme) }))
	.filter(({ examples }) => examples.length > 0);

describe.concurrent.each(readmes)(
	"the examples of $readme",
	{ timeout: 300_000 },
	({ names, examples }) => {
		let project: string;

		beforeAll(async () => {
			const alone = workspaceDependencies({ packages }, names);
			const more = examples
				.flatMap((example) => example.imports.map(packageOf))
				.filter((name) => packages.some((item) => item.name === name))
				.filter((name) => !alone.includes(name));
			project = await installed([...names, ...new Set(more)]);
			for (const [i, { program }] of examples.entries())
				writeFileSync(join(project, `example-${i}.mjs`), program);
		}, 300_000);

		test.each(runtimes)("run on $name", async (runtime) => {
			for (const i of examples.keys())
				await runModule(runtime, join(project, `example-${i}.mjs`));
		});

		const portable = examples.filter(runsInBrowsers);
		if (everywhere && portable.length > 0)
			test("run in Chromium", async () => {
				for (const { program } of portable) {
					const { code } = await bundle(program, {
						directory: project,
						lendAssert: true,
					});
					await runInChromium(code);
				}
			});
	},
);

test("the README of @framewright/fuzz leads to a first finding", async () => {
	const first = readFirstFinding();
	const project = await installed(["@framewright/fuzz"]);
	const printed = await findFirst(project, first);
	expect(printed).toContain("ended with 77");
	// How long it took to get there changes with the engine.
	const lasting = (text: string): string =>
		text.replace(/^The input, .* -> /m, "");
	const effort = / in [\d,]+ runs, found by execution [\d,]+/;
	expect(lasting(printed).replace(effort, "")).toContain(
		lasting(first.finding).replace(effort, ""),
	);
}, 300_000);

test.each(compilers)(
	"the examples are TypeScript that $name accepts",
	{ timeout: 300_000 },
	async ({ tsc }) => {
		await checkTypes(await installed(allNames), tsc, {
			name: "examples",
			modules: readmes.flatMap(({ examples }) =>
				examples.map(({ source }) => source),
			),
			node: true,
		});
	},
);
