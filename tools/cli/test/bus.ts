import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether there is a bus to start: `apt-get install dbus-daemon` brings one. */
export const hasDbusDaemon: boolean = isThere();

function isThere(): boolean {
	if (spawnSync("dbus-daemon", ["--version"]).status === 0) return true;
	if (process.env.CI === "true") throw new Error("dbus-daemon is missing");
	console.log("Skipped without dbus-daemon: apt-get install dbus-daemon");
	return false;
}

export interface Bus {
	readonly address: string;
	stop(): void;
}

/** Starts a bus of its own, with more rules in its policy. */
export async function startBus(policy = ""): Promise<Bus> {
	const folder = mkdtempSync(join(tmpdir(), "framewright-bus-"));
	const config = join(folder, "bus.conf");
	writeFileSync(
		config,
		`<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
	<type>session</type>
	<listen>unix:path=${join(folder, "bus")}</listen>
	<policy context="default">
		<allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
		${policy}
	</policy>
</busconfig>`,
	);
	const daemon = spawn(
		"dbus-daemon",
		["--nofork", "--print-address", `--config-file=${config}`],
		{ stdio: ["ignore", "pipe", "ignore"] },
	);
	const stop = (): void => {
		daemon.kill("SIGKILL");
		rmSync(folder, { recursive: true, force: true });
	};
	const address = await new Promise<string>((resolve, reject) => {
		daemon.once("error", reject);
		daemon.once("exit", () => reject(new Error("dbus-daemon has ended")));
		daemon.stdout.once("data", (line) => resolve(String(line).trim()));
	});
	return { address, stop };
}
