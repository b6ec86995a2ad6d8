import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startChild } from "./child.ts";
import type { DbusDaemon } from "./dbus-daemon.ts";
import { python } from "./python.ts";
import { until } from "./until.ts";

const launcher = fileURLToPath(new URL("dbus-broker.py", import.meta.url));

/** Starts a dbus-broker. Its own launcher needs systemd; a program in Python with jeepney hands it its socket, too. */
export async function startDbusBroker(program: string): Promise<DbusDaemon> {
	const folder = await mkdtemp(join(tmpdir(), "framewright-interop-"));
	const path = join(folder, "bus");
	const child = startChild([python, launcher, program, path], {
		lifetime: 60_000,
	});
	const dispose = async (): Promise<void> => {
		// It ends the broker when its stdin ends, and then itself.
		child.process.stdin.end();
		await child.ended;
		await rm(folder, { recursive: true, force: true });
	};
	let printed = "";
	child.process.stdout.setEncoding("utf8").on("data", (text: string) => {
		printed += text;
	});
	let hasEnded = false;
	void child.ended.then(() => {
		hasEnded = true;
	});
	try {
		await until("dbus-broker", () => {
			if (hasEnded) throw new Error(`dbus-broker ended: ${child.said()}`);
			return printed.includes("ready") || undefined;
		});
		return {
			child,
			address: `unix:path=${path}`,
			[Symbol.asyncDispose]: dispose,
		};
	} catch (error) {
		await dispose();
		throw error;
	}
}
