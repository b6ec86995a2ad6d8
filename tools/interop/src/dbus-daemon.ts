import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Child, startChild } from "./child.ts";
import { until } from "./until.ts";

/** A private message bus. */
export interface DbusDaemon extends AsyncDisposable {
	readonly child: Child;
	/** Where it says that it listens. */
	readonly address: string;
}

/** Starts a bus that listens on `listen`, in whose place `{folder}` stands for a directory of its own, with these mechanisms. */
export async function startDbusDaemon(
	program: string,
	listen: string,
	mechanisms: readonly string[],
): Promise<DbusDaemon> {
	const folder = await mkdtemp(join(tmpdir(), "framewright-interop-"));
	const config = join(folder, "bus.conf");
	await writeFile(
		config,
		`<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
	<type>session</type>
	<listen>${listen.replace("{folder}", folder)}</listen>
	${mechanisms.map((name) => `<auth>${name}</auth>`).join("")}
	${mechanisms.includes("ANONYMOUS") ? "<allow_anonymous/>" : ""}
	<policy context="default">
		<allow user="*"/>
		<allow own="*"/>
		<allow send_destination="*"/>
		<allow receive_sender="*"/>
	</policy>
</busconfig>
`,
	);
	const child = startChild(
		[program, "--nofork", "--print-address", `--config-file=${config}`],
		{ lifetime: 60_000, cwd: folder },
	);
	const dispose = async (): Promise<void> => {
		await child[Symbol.asyncDispose]();
		await rm(folder, { recursive: true, force: true });
	};
	let printed = "";
	child.process.stdout.setEncoding("utf8").on("data", (text: string) => {
		printed += text;
	});
	let ended = false;
	void child.ended.then(() => {
		ended = true;
	});
	try {
		const address = await until("The address of dbus-daemon", () => {
			if (ended) throw new Error(`dbus-daemon ended: ${child.said()}`);
			return /^(.+)\n/.exec(printed)?.[1];
		});
		return { child, address, [Symbol.asyncDispose]: dispose };
	} catch (error) {
		await dispose();
		throw error;
	}
}
