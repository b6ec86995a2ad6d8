import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseIntrospection } from "@framewright/dbus-introspection";
import { afterAll, expect, test } from "vitest";
import { typescriptModule } from "../src/typescript-module.ts";

const directory = mkdtempSync(join(tmpdir(), "framewright-types-"));
afterAll(() => rmSync(directory, { recursive: true }));

const node = parseIntrospection(`<node>
	<interface name="org.freedesktop.DBus.Peer"><method name="Ping"/></interface>
	<interface name="com.example.Clock">
		<annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="false"/>
		<method name="SetAlarm">
			<arg name="when" type="t"/><arg type="s"/>
			<arg name="id" type="u" direction="out"/>
			<annotation name="org.gtk.GDBus.DocString" value="Rings */ once,&#10;loudly"/>
		</method>
		<method name="Next">
			<arg type="u" direction="out"/><arg type="a{sv}" direction="out"/>
			<annotation name="org.freedesktop.DBus.Deprecated" value="true"/>
		</method>
		<method name="__proto__"><arg type="s" name="*/" direction="out"/></method>
		<method name="default"/>
		<signal name="Rang"><arg type="u" name="id"/></signal>
		<property name="Time" type="t" access="read"/>
		<property name="a-b &quot;'\`\${x}\\" type="as" access="readwrite"/>
	</interface>
	<node name="below">
		<interface name="org.example.Clock"/>
		<interface name="org.example.class"/>
		<interface name="com.example.Clock"/>
		<interface name="org.example.InterfaceDescription"/>
	</node>
</node>`);

test("a module has a literal for each interface, with what its members are called with", () => {
	const module = typescriptModule(node, "clock.xml");
	expect(module).toContain(
		`// Made by framewright dbus-types, from the introspection of clock.xml.

import type { InterfaceDescription } from "@framewright/dbus-introspection";

/** \`com.example.Clock\` */
export const Clock = {
	name: "com.example.Clock",
	emitsChangedSignal: "false",
	methods: {
		/** \`SetAlarm(when: t, s) -> (id: u)\`: Rings *\\/ once, loudly */
		SetAlarm: {
			in: "ts",
			inNames: ["when", ""],
			out: "u",
			outNames: ["id"],
			annotations: {
				"org.gtk.GDBus.DocString": "Rings */ once,\\nloudly",
			},
		},
		/** \`Next() -> (u, a{sv})\` @deprecated */
		Next: {
			out: "ua{sv}",
			deprecated: true,
		},
`,
	);
	expect(module).not.toContain("org.freedesktop.DBus.Peer");
	expect(typescriptModule(node, "clock.xml", true)).toContain(
		"export const Peer = {",
	);
	expect(typescriptModule({ interfaces: [], nodes: [] }, "\n*/")).toBe(
		"// Made by framewright dbus-types, from the introspection of *\\/.\n\nexport {};\n",
	);
});

test("it runs, and what it exports is the description that was read", async () => {
	const file = join(directory, "clock.mts");
	writeFileSync(file, typescriptModule(node, "clock.xml"));
	const exported = await import(pathToFileURL(file).href);
	const [, clock] = node.interfaces;
	expect(exported.Clock).toEqual(clock);
	expect(Object.keys(exported.Clock.methods)).toContain("__proto__");
	expect(
		Object.fromEntries(
			Object.entries<{ name: string }>(exported).map(([name, described]) => [
				name,
				described.name,
			]),
		),
	).toEqual({
		Class: "org.example.class",
		Clock: "com.example.Clock",
		ExampleClock: "org.example.Clock",
		ExampleInterfaceDescription: "org.example.InterfaceDescription",
	});
});

test("the compiler takes it, and types a proxy by it", () => {
	writeFileSync(
		join(directory, "generated.ts"),
		typescriptModule(node, "clock.xml"),
	);
	const errors = check(`
import type { DBusConnection } from "@framewright/dbus-connection";
import type { Variant } from "@framewright/dbus-marshal";
import { Clock, ExampleClock } from "./generated.ts";

export async function use(connection: DBusConnection): Promise<void> {
	const clock = connection.proxy(Clock, { destination: "com.example.Clock", path: "/" });
	const id: number = await clock.call("SetAlarm", [1n, "x"]);
	const [first, properties]: [number, Map<string, Variant>] = await clock.call("Next");
	const nothing: undefined = await clock.call("default");
	const time: bigint = await clock.get("Time");
	await clock.set("a-b \\"'\`\${x}\\\\", ["x"]);
	for await (const [rang] of await clock.subscribe("Rang")) rang.toFixed(id + first);
	// @ts-expect-error: it can only be read.
	await clock.set("Time", 1n);
	// @ts-expect-error: 64 bits are a bigint.
	await clock.call("SetAlarm", [1, "x"]);
	// @ts-expect-error: there is no such method.
	await connection.proxy(ExampleClock, { path: "/" }).call("Next");
	console.log(properties, nothing, time);
}
`);
	expect(errors).toEqual([]);
});

/** Checks a module beside the generated one with the compiler. */
function check(source: string): string[] {
	writeFileSync(join(directory, "index.ts"), source);
	const top = new URL("../../../", import.meta.url);
	writeFileSync(
		join(directory, "tsconfig.json"),
		JSON.stringify({
			compilerOptions: {
				noEmit: true,
				target: "es2023",
				module: "esnext",
				moduleResolution: "bundler",
				lib: ["esnext", "dom"],
				types: [],
				strict: true,
				noUnusedLocals: true,
				allowImportingTsExtensions: true,
				erasableSyntaxOnly: true,
				verbatimModuleSyntax: true,
				skipLibCheck: true,
				paths: {
					"@framewright/*": [
						fileURLToPath(new URL("packages/*/src/index.ts", top)),
					],
				},
			},
			files: ["index.ts"],
		}),
	);
	const { resolve } = createRequire(import.meta.url);
	const tsc = join(dirname(resolve("typescript/package.json")), "bin/tsc");
	const { stdout, error } = spawnSync(
		process.execPath,
		[tsc, "--project", join(directory, "tsconfig.json")],
		{ encoding: "utf8", timeout: 60_000 },
	);
	if (error) throw error;
	return stdout.split("\n").filter((line) => line.includes("error TS"));
}
