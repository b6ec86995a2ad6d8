import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const run = promisify(execFile);
const model = fileURLToPath(new URL("../promela/wait.pml", import.meta.url));
const nightly = Number(process.env.FRAMEWRIGHT_RUNS ?? 0) > 10_000;
const sizes = nightly
	? ["-DMESSAGES=100", "-DCAPACITY=8"]
	: ["-DMESSAGES=5", "-DCAPACITY=2"];

async function isThere(program: string, ...args: string[]): Promise<boolean> {
	try {
		await run(program, args);
		return true;
	} catch {
		return false;
	}
}

const ready = (await isThere("spin", "-V")) && (await isThere("gcc", "-v"));
if (!ready) {
	const line = "Promela is not checked: apt-get install spin gcc libc6-dev";
	if (process.env.CI === "true") throw new Error(line);
	console.warn(line);
}

/** Makes spin's verifier of the model, with some of its faults in it, and runs that. Returns what it prints. */
async function verify(
	faults: readonly string[],
	claim: "safety" | "over",
): Promise<string> {
	const directory = await mkdtemp(join(tmpdir(), "promela-"));
	try {
		const cwd = { cwd: directory };
		const defines = [...sizes, ...faults.map((fault) => `-D${fault}`)];
		const safety = claim === "safety";
		const without = safety ? ["-noclaim"] : [];
		await run("spin", [...defines, ...without, "-a", model], cwd);
		const mode = safety ? ["-DSAFETY", "-DNOCLAIM"] : [];
		await run("gcc", ["-O0", "-w", ...mode, "-o", "pan", "pan.c"], cwd);
		// A fair run: whoever can go on does so at last.
		const how = safety ? [] : ["-a", "-f"];
		const { stdout } = await run(join(directory, "pan"), how, cwd);
		return stdout;
	} finally {
		await rm(directory, { recursive: true });
	}
}

describe.runIf(ready)("the wait protocol in Promela", () => {
	test("has no deadlock, and no wrong end", async () => {
		const told = await verify([], "safety");
		expect(told).toMatch(/errors: 0\b/);
		expect(told).not.toContain("max search depth too small");
	});

	test("comes to its end in every fair run", async () => {
		const told = await verify([], "over");
		expect(told).toMatch(/errors: 0\b/);
		expect(told).not.toContain("max search depth too small");
	});

	test.each([
		"NOTIFY_FIRST",
		"NO_SECOND_LOOK",
		"SECOND_LOOK_FIRST",
		"MARK_AS_WAKE",
	])("deadlocks with the fault %s: a wakeup is lost", async (fault) => {
		expect(await verify([fault], "safety")).toContain("invalid end state");
	});
});
