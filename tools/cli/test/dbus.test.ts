import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { DBusConnection } from "@framewright/dbus-connection";
import { acceptPeer, connectBus } from "@framewright/dbus-connection/node";
import type { InterfaceDescription } from "@framewright/dbus-introspection";
import { dbusMessage } from "@framewright/dbus-message";
import { describe, expect, onTestFinished, test } from "vitest";
import { dbusCall } from "../src/dbus-call.ts";
import { dbusTypes } from "../src/dbus-types.ts";
import { hasDbusDaemon, startBus } from "./bus.ts";
import {
	framewright,
	outcome,
	start,
	temporaryDirectory,
} from "./framewright.ts";

const Echo = {
	name: "com.example.Echo",
	methods: {
		Echo: { in: "saya{sv}(xb)d", out: "saya{sv}(xb)d" },
		Nothing: {},
		Hang: {},
	},
	signals: { Told: { args: "s" } },
} as const satisfies InterfaceDescription;

function exportEcho(connection: DBusConnection) {
	return connection.export("/echo", Echo, {
		methods: {
			Echo: (text, bytes, dict, struct, double) => [
				text,
				bytes,
				dict,
				struct,
				double,
			],
			Nothing: () => {},
			Hang: () => new Promise<void>(() => {}),
		},
	});
}

/** A bus of the test's own, with an object of ours on it. */
async function busWithEcho(policy = "") {
	const bus = await startBus(policy);
	onTestFinished(() => bus.stop());
	const connection = await connectBus(bus.address);
	onTestFinished(() => connection.abort());
	connection.closed.catch(() => {});
	const echo = exportEcho(connection);
	await connection.requestName("com.example.Echo");
	return { ...bus, echo };
}

const args = [
	...["saya{sv}(xb)d", "hi", '{"hex":"ff00"}'],
	...[
		'{"k":{"type":"ai","data":[1,-2]}}',
		'["9007199254740993",true]',
		'"NaN"',
	],
];

describe.skipIf(!hasDbusDaemon)("On a bus", () => {
	test("call prints each value of the reply, and nothing is lost", async () => {
		const { address } = await busWithEcho();
		const target = [address, "com.example.Echo", "/echo"];
		const call = (...rest: string[]) =>
			framewright(["dbus", "call", ...target, ...rest]);
		expect(await call("com.example.Echo.Echo", ...args)).toEqual({
			stdout:
				'"hi"\n{"hex":"ff00"}\n{"k":{"type":"ai","data":[1,-2]}}\n["9007199254740993",true]\n"NaN"\n',
			stderr: "",
			code: 0,
		});
		const { stderr, code } = await call("com.example.Echo.None");
		expect(stderr).toMatch(
			/^framewright: error response org\.freedesktop\.DBus\.Error\.UnknownMethod: /,
		);
		expect(code).toBe(3);
		expect(
			await call("com.example.Echo.Hang", "--timeout", "0.5"),
		).toMatchObject({ stdout: "", code: 4 });
	});

	test("monitor writes messages as JSON that encodes to what was on the bus", async () => {
		const { address, echo } = await busWithEcho();
		const monitor = start([
			...["dbus", "monitor", address, "type='signal',member='Told'"],
			...["--count", "2"],
		]);
		const ended = outcome(monitor);
		await line(monitor, "monitoring");
		await echo.emit("Told", "one");
		await echo.emit("Told", "two");
		const { stdout, code } = await ended;
		const [first, second] = stdout.trimEnd().split("\n");
		expect(JSON.parse(first ?? "")).toMatchObject({
			type: "signal",
			path: "/echo",
			interface: "com.example.Echo",
			member: "Told",
			signature: "s",
			body: ["one"],
		});
		expect(JSON.parse(second ?? "")).toMatchObject({ body: ["two"] });
		expect(code).toBe(0);
		const encoded = await framewright(
			["encode", "--stack", "dbus-message", "--to-hex"],
			{ input: stdout },
		);
		const decoder = dbusMessage().decoder();
		decoder.push(Buffer.from(encoded.stdout.replaceAll("\n", ""), "hex"));
		expect(decoder.pull()).toMatchObject({ member: "Told", body: ["one"] });
		expect(decoder.pull()).toMatchObject({ member: "Told", body: ["two"] });
	});

	test("monitor shows broadcast signals where it may not see more, as text if asked to, until it is interrupted", async () => {
		const { address, echo } = await busWithEcho(
			'<deny send_interface="org.freedesktop.DBus.Monitoring"/>',
		);
		const monitor = start(["dbus", "monitor", address, "--no-json"]);
		const ended = outcome(monitor);
		const told = await line(monitor, "monitoring");
		expect(told).toContain("only broadcast signals are shown: ");
		const shown = new Promise((resolve) =>
			monitor.stdout?.once("data", resolve),
		);
		await echo.emit("Told", "one\u001b[2J");
		await shown;
		monitor.kill("SIGINT");
		const { stdout, code } = await ended;
		expect(stdout).toMatch(
			/^\d+\.\d{3} #\d+ signal :1\.\d+ -> all \/echo com\.example\.Echo\.Told\(s\) \["one\\u001b\[2J"\]\n$/,
		);
		expect(code).toBe(0);
	});

	test("dbus-types asks an object for its interfaces", async () => {
		const { address } = await busWithEcho();
		const { stdout, stderr, code } = await framewright([
			...["dbus-types", "--address", address],
			...["--destination", "com.example.Echo", "--path", "/echo"],
		]);
		expect(stderr).toBe("");
		expect(stdout).toContain("export const Echo = {");
		expect(stdout).toContain('in: "saya{sv}(xb)d",');
		expect(code).toBe(0);
	});
});

test("- calls a peer without a bus", async () => {
	const path = join(temporaryDirectory(), "peer");
	const server = createServer((socket) => {
		void acceptPeer(socket, {
			guid: "0123456789abcdef0123456789abcdef",
			credentials: `${process.getuid?.()}`,
			setup: exportEcho,
		}).then((connection) => connection.closed.catch(() => {}));
	}).listen(path);
	onTestFinished(() => void server.close());
	expect(
		await framewright([
			...["dbus", "call", `unix:path=${path}`, "-", "/echo"],
			...["com.example.Echo.Echo", ...args],
		]),
	).toMatchObject({ stdout: expect.stringContaining('"hi"\n'), code: 0 });
});

describe("What is told to be wrong, with the exit code", () => {
	const nobody = "unix:path=/none";
	const settings = {
		timeout: 1,
		bytes: "auto",
		reply: true,
		autoStart: true,
	} as const;

	test.each([
		["here", "a.b.C", [], 2, "is no address of D-Bus"],
		["unix:tmpdir=/tmp", "a.b.C", [], 2, "no client connect to it"],
		[nobody, "a.b.C", [], 4, "ENOENT"],
		[nobody, "C!", [], 2, "METHOD must be INTERFACE.METHOD"],
		[nobody, "a.C", [], 2, "METHOD must be INTERFACE.METHOD"],
		[nobody, "C", ["su", "x"], 2, "2 types, but there are 1 arguments"],
		[nobody, "C", ["("], 2, "a complete type is missing"],
		[nobody, "C", ["as", "x"], 2, "argument 1: "],
		[nobody, "C", ["v", '"x"'], 2, "argument 1: a variant must be"],
	] as const)("call %s %s %j", async (address, method, args, code, message) => {
		await expect(
			dbusCall(address, "a.b", "/", method, args, settings),
		).rejects.toMatchObject({
			name: "Error",
			code,
			message: expect.stringContaining(message),
		});
	});

	test.each([
		[undefined, { path: "/" }, 2, "go with --address"],
		[undefined, { address: "session" }, 2, "needs --destination and --path"],
		["x.xml", { address: "session" }, 2, "a file or --address, not both"],
		["/none.xml", {}, 1, "ENOENT"],
	] as const)("dbus-types %s %j", async (file, options, code, message) => {
		await expect(
			dbusTypes(file, { timeout: 1, ...options }),
		).rejects.toMatchObject({
			code,
			message: expect.stringContaining(message),
		});
	});

	test("dbus-types with XML that is none", async () => {
		const input = "<node><x></node>";
		expect(await framewright(["dbus-types"], { input })).toEqual({
			stdout: "",
			stderr:
				"framewright: invalid-syntax at byte 9: XML: the end of x was expected, not of node\n",
			code: 1,
		});
	});

	test("monitor of nobody", async () => {
		expect(
			await framewright(["dbus", "monitor", nobody, "--count", "1"]),
		).toEqual({
			stdout: "",
			stderr: "framewright: connect ENOENT /none\n",
			code: 4,
		});
	});
});

/** Waits for a line on stderr that starts with a word; gives all lines up to it. */
async function line(child: ChildProcess, word: string): Promise<string> {
	if (child.stderr === null) throw new Error("no pipe");
	let told = "";
	for await (const text of createInterface({ input: child.stderr })) {
		told += `${text}\n`;
		if (text.startsWith(`framewright: ${word}`)) return told;
	}
	throw new Error(`${word} never came: ${told}`);
}
