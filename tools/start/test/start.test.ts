import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, onTestFinished, test } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

const { stdout: python } = spawnSync(
	"sh",
	["-c", "command -v python3 | tr -d '\\n'"],
	{ encoding: "utf8" },
);

let directory: string;
/** Where the demonstration makes its temporary files; it must leave nothing behind. */
let temporary: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "start-"));
	temporary = join(directory, "t");
	mkdirSync(temporary);
	onTestFinished(() => rmSync(directory, { recursive: true }));
});

function start(env: NodeJS.ProcessEnv = {}): {
	child: ChildProcess;
	outcome: Promise<{ account: string; complaint: string; code: number | null }>;
} {
	const child = spawn(
		process.execPath,
		["--conditions=@framewright/source", main],
		{ env: { ...process.env, TMPDIR: temporary, ...env } },
	);
	onTestFinished(() => void child.kill("SIGKILL"));
	const ended = new Promise<number | null>((resolve) =>
		child.once("close", resolve),
	);
	const outcome = Promise.all([text(child.stdout), text(child.stderr), ended]);
	return {
		child,
		outcome: outcome.then(([account, complaint, code]) => ({
			account,
			complaint,
			code,
		})),
	};
}

/** Puts a `python3` of our making first on the PATH; `"$@"` are its arguments. */
function pathWithPython(script: string): string {
	const python = join(directory, "python3");
	writeFileSync(python, `#!/bin/sh\n${script}\n`);
	chmodSync(python, 0o755);
	return [directory, process.env.PATH].join(delimiter);
}

const FAULT =
	/^ {5}framewright: client \d+ was cut off: too-large at byte 66: .* announces 4294967295$/m;
const MCP = [
	/speaks MCP of \d{4}-\d\d-\d\d,$/m,
	/^ {5}echo {5}Echo: Grüße, 世界 🌍$/m,
];
const WORKER = /serves what the daemon served: 14 calls, 3 of which/;

test.runIf(python)(
	"everything goes as it should, and leaves nothing behind",
	async () => {
		const { account, complaint, code } = await start().outcome;
		expect(complaint).toBe("");
		expect(account).toMatch(
			/^Framewright on Node [\d.]+, with Python 3[\d.]+$/m,
		);
		expect(account).toMatch(/^1 {2}.* with 20 clients at once$/m);
		expect(account).toMatch(/made 308 calls$/m);
		expect(account).toMatch(FAULT);
		expect(account).toMatch(/read all 21 connections, both ways/);
		for (const line of [...MCP, WORKER]) expect(account).toMatch(line);
		expect(account).toMatch(/^All as it should be, in \d+\.\d s\.$/m);
		expect(code).toBe(0);
		expect(readdirSync(temporary)).toEqual([]);
	},
);

test("without Python, says so and does the rest", async () => {
	const { account, complaint, code } = await start({ PATH: directory }).outcome;
	expect(complaint).toBe("");
	expect(account).toMatch(/^There is no Python 3 on the PATH: .*$/m);
	expect(account).toMatch(/^1 {2}.* with 19 clients at once$/m);
	expect(account).not.toContain("struct and json read");
	for (const line of [FAULT, ...MCP, WORKER]) expect(account).toMatch(line);
	expect(code).toBe(0);
	expect(readdirSync(temporary)).toEqual([]);
});

test.runIf(python)(
	"fails when one byte of the traffic is not what Python writes",
	async () => {
		// The same JSON, but with a hex digit in capitals.
		const spoil =
			"import pathlib, sys; [p.write_bytes(p.read_bytes().replace(b'u001f', b'u001F')) for p in pathlib.Path(sys.argv[1]).glob('*.daemon')]";
		const PATH = pathWithPython(`case "$3" in
*check-capture.py) '${python}' -c "${spoil}" "$4" ;;
esac
exec '${python}' "$@"`);
		const { account, complaint, code } = await start({ PATH }).outcome;
		expect(complaint).toMatch(
			/\d\d\.daemon: the frame at byte \d+ is not what Python writes/,
		);
		expect(account).toMatch(/^This is not as it should be\.$/m);
		expect(code).toBe(1);
		expect(readdirSync(temporary)).toEqual([]);
	},
);

test("fails when a client fails, without waiting for those who wait for it", async () => {
	const PATH = pathWithPython(`case "$*" in
*client.py*) echo 'expected more' >&2; exit 1 ;;
*) echo 3.99 ;;
esac`);
	const { complaint, code } = await start({ PATH }).outcome;
	expect(complaint).toContain("client.py: expected more");
	expect(code).toBe(1);
	expect(readdirSync(temporary)).toEqual([]);
});

test("cleans up when it is interrupted", async () => {
	// This client never comes, so that all the others wait.
	const PATH = pathWithPython(
		'case "$*" in *client.py*) exec sleep 60 ;; *) echo 3.99 ;; esac',
	);
	const { child, outcome } = start({ PATH });
	while (
		!readdirSync(temporary, { recursive: true }).some((path) =>
			/clients\.sock$/.test(`${path}`),
		)
	)
		await new Promise((resolve) => setTimeout(resolve, 20));
	child.kill("SIGINT");
	const { complaint, code } = await outcome;
	expect(complaint).toContain("Interrupted by SIGINT");
	expect(code).toBe(1);
	expect(readdirSync(temporary)).toEqual([]);
});
