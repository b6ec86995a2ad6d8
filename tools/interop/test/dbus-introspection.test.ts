// The introspection XML of programs that no one here wrote: read, written, and read again.

import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import {
	formatIntrospection,
	type NodeDescription,
	parseIntrospection,
} from "@framewright/dbus-introspection";
import { describe, expect, test } from "vitest";
import { startDbusDaemon } from "../src/dbus-daemon.ts";
import { describeProgram } from "../src/program.ts";

/** Reads a document; what is written of it must read the same. */
function read(xml: string | Uint8Array): NodeDescription {
	const node = parseIntrospection(xml);
	expect(parseIntrospection(formatIntrospection(node))).toEqual(node);
	return node;
}

function names(node: NodeDescription): string[] {
	return node.interfaces.map(({ name }) => name);
}

describeProgram("dbus-daemon", "apt-get install dbus", (program) => {
	describeProgram("gdbus", "apt-get install libglib2.0-bin", (gdbus) => {
		test("the bus itself, as gdbus hands it on", async () => {
			await using daemon = await startDbusDaemon(
				program,
				"unix:path={folder}/bus",
				["EXTERNAL"],
			);
			const xml = execFileSync(gdbus, [
				...["introspect", "--xml", "--address", daemon.address],
				...["--dest", "org.freedesktop.DBus"],
				...["--object-path", "/org/freedesktop/DBus"],
			]);
			const node = read(xml);
			expect(names(node)).toContain("org.freedesktop.DBus");
			const [bus] = node.interfaces;
			expect(bus?.methods?.RequestName).toEqual({ in: "su", out: "u" });
			expect(bus?.signals?.NameOwnerChanged).toEqual({ args: "sss" });
		});
	});
});

// What its daemons print of themselves, where systemd is new enough for that.
const systemd = [
	["systemd", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"],
	[
		"systemd",
		"/org/freedesktop/systemd1/unit",
		"org.freedesktop.systemd1.Unit",
	],
	[
		"systemd-logind",
		"/org/freedesktop/login1",
		"org.freedesktop.login1.Manager",
	],
	[
		"systemd-hostnamed",
		"/org/freedesktop/hostname1",
		"org.freedesktop.hostname1",
	],
] as const;

describe("systemd", () => {
	test.for(systemd)("%s %s", ([program, path, name], { skip }) => {
		const daemon = `/lib/systemd/${program}`;
		if (!existsSync(daemon)) {
			const missing = `${daemon} is missing: apt-get install systemd`;
			if (process.env.CI) throw new Error(missing);
			skip(missing);
		}
		const node = read(execFileSync(daemon, [`--bus-introspect=${path}`]));
		expect(names(node)).toContain(name);
	});
});

test("whatever is in /usr/share/dbus-1/interfaces", () => {
	for (const file of globSync("/usr/share/dbus-1/interfaces/*.xml"))
		expect([file, names(read(readFileSync(file))).length]).not.toEqual([
			file,
			0,
		]);
});
