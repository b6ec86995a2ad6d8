import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, test } from "vitest";

const source = fileURLToPath(new URL("libdbus-verdict.c", import.meta.url));

/** Tells of each message whether libdbus takes it. */
export type Verdicts = (messages: readonly Uint8Array[]) => Promise<boolean[]>;

/**
 * Describes what needs libdbus, by way of a C program that is compiled for it. Where that cannot be, one skipped test says
 * how to install what is missing; in continuous integration, that test fails.
 */
export function describeLibdbus(tests: (verdicts: Verdicts) => void): void {
	const flags = spawnSync("pkg-config", ["--cflags", "--libs", "dbus-1"], {
		encoding: "utf8",
		timeout: 10_000,
	});
	const directory = mkdtempSync(join(tmpdir(), "framewright-libdbus-"));
	const remove = (): void => rmSync(directory, { recursive: true });
	const program = join(directory, "verdict");
	const compiler =
		flags.status === 0
			? spawnSync(
					"gcc",
					["-O2", "-o", program, source, ...flags.stdout.trim().split(/\s+/)],
					{ encoding: "utf8", timeout: 60_000 },
				)
			: undefined;
	if (compiler?.status === 0)
		describe("libdbus", () => {
			afterAll(remove);
			tests((messages) => ask(program, messages));
		});
	else {
		remove();
		test("libdbus is not installed: apt-get install gcc pkg-config libdbus-1-dev", (context) => {
			const why = compiler?.stderr ?? flags.stderr ?? flags.error?.message;
			if (process.env.CI) throw new Error(`libdbus is not installed: ${why}`);
			context.skip();
		});
	}
}

async function ask(
	program: string,
	messages: readonly Uint8Array[],
): Promise<boolean[]> {
	const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
	const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
	try {
		// Otherwise a program that has died would kill us, too; its output tells.
		child.stdin.on("error", () => {});
		child.stdin.end(Buffer.concat(messages.flatMap(prefixed)));
		const chunks = await child.stdout.toArray();
		const found = Buffer.concat(chunks).toString("latin1");
		if (found.length !== messages.length)
			throw new Error(
				`libdbus gave ${found.length} verdicts on ${messages.length} messages`,
			);
		return Array.from(found, (verdict) => verdict === "1");
	} finally {
		clearTimeout(timer);
		child.kill("SIGKILL");
	}
}

function prefixed(message: Uint8Array): Uint8Array[] {
	return [new Uint8Array(Uint32Array.of(message.length).buffer), message];
}
