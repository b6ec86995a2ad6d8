import { execFile, spawn } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { hasDbusDaemon, startBus } from "./bus.ts";
import { framewright, node, temporaryDirectory } from "./framewright.ts";

/** One `$ command` and the lines below it, up to the next or an empty line. */
interface Example {
	readonly command: string;
	readonly output: string;
}

function examplesOf(text: string): Example[] {
	return [...text.matchAll(/^ *\$ (.*)\n((?: *[^ $\n].*(?:\n|$))*)/gm)].map(
		([, command = "", output = ""]) => ({
			command,
			output: output.replace(/^ +/gm, "").replace(/\n?$/, "\n"),
		}),
	);
}

async function helpOf(...command: string[]): Promise<string> {
	const { stdout, stderr, code } = await framewright([...command, "--help"]);
	expect(stderr).toBe("");
	expect(code).toBe(0);
	return stdout;
}

const bus = hasDbusDaemon ? await startBus() : undefined;
const sessionBus = bus?.address;
afterAll(() => bus?.stop());

/** A directory where `framewright`, and what the workspace has installed, can be run by name. */
function shell(): { cwd: string; env: NodeJS.ProcessEnv } {
	const cwd = temporaryDirectory();
	const command = join(cwd, "framewright");
	writeFileSync(
		command,
		`#!/bin/sh\nexec ${node.map((word) => `'${word}'`).join(" ")} "$@"\n`,
	);
	chmodSync(command, 0o755);
	const installed = fileURLToPath(
		new URL("../../../node_modules/.bin", import.meta.url),
	);
	const path = [cwd, installed, process.env.PATH].join(delimiter);
	const env = {
		...process.env,
		PATH: path,
		DBUS_SESSION_BUS_ADDRESS: sessionBus,
	};
	return { cwd, env };
}

/** Runs the examples of one text, in order, in one directory. */
async function run(
	examples: readonly Example[],
	options: ReturnType<typeof shell>,
): Promise<void> {
	for (const { command, output } of examples) {
		const [, shown] = /^cat ([\w.]+)$/.exec(command) ?? [];
		if (shown !== undefined) writeFileSync(join(options.cwd, shown), output);
		else if (/^framewright serve (?!stdio)/.test(command))
			expect([command, await firstLine(command, options)]).toEqual([
				command,
				output.replace(/:\d+$/m, ":PORT"),
			]);
		else {
			const merged = promisify(execFile)(
				"sh",
				["-c", `{ ${command}\n} 2>&1`],
				options,
			);
			const { stdout } = await merged.catch((error) => error);
			expect([command, stdout]).toEqual([command, output.replace(/^\n$/, "")]);
		}
	}
}

/** Leaves a server running for the examples to come, and gives what it says first. */
async function firstLine(
	command: string,
	options: ReturnType<typeof shell>,
): Promise<string> {
	const server = spawn("sh", ["-c", `exec ${command}`], options);
	onTestFinished(() => void server.kill());
	const line = await new Promise((resolve) =>
		server.stderr.once("data", resolve),
	);
	return String(line).replace(/:\d+$/m, ":PORT");
}

test.each(["decode", "encode"])(
	"the examples of %s --help are true",
	async (command) => {
		const examples = examplesOf(await helpOf(command));
		expect(examples.length).toBeGreaterThan(1);
		await run(examples, shell());
	},
);

test("the examples of serve --help, and of call --help with that server, are true", async () => {
	const options = shell();
	for (const command of ["serve", "call", "tap"]) {
		const examples = examplesOf(await helpOf(command));
		expect(examples.length).toBeGreaterThan(1);
		await run(examples, options);
	}
});

test("the examples of dbus-types --help are true", async () => {
	const examples = examplesOf(await helpOf("dbus-types"));
	expect(examples.length).toBeGreaterThan(1);
	await run(examples, shell());
});

test.skipIf(sessionBus === undefined)(
	"the examples of dbus call --help are true",
	async () => {
		const examples = examplesOf(await helpOf("dbus", "call"));
		expect(examples.length).toBeGreaterThan(1);
		await run(examples, shell());
	},
);

test("the examples of README.md are true", async () => {
	const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
	const examples = examplesOf(readme.replace(/^```.*$/gm, "")).filter(
		({ command }) =>
			sessionBus !== undefined || !/dbus .*session/.test(command),
	);
	expect(examples.length).toBeGreaterThan(5);
	await run(examples, shell());
	// Two dozen commands, each a process.
}, 180_000);

test("--help shows every layer with its options, and the exit codes", async () => {
	const help = await helpOf();
	for (const word of [
		"length-prefixed",
		"unterminated",
		"json-rpc",
		"Exit codes",
	])
		expect(help).toContain(word);
});

test("without a command, shows the help and fails", async () => {
	const { stdout, stderr, code } = await framewright([]);
	expect(stdout).toBe("");
	expect(stderr).toContain("Usage: framewright");
	expect(code).toBe(2);
});
