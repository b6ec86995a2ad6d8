// Descriptors over a bus of others, to and from programs of others.

import {
	closeSync,
	openSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type {
	BusConnection,
	DBusConnection,
} from "@framewright/dbus-connection";
import {
	acceptPeer,
	connectBus,
	connectPeer,
} from "@framewright/dbus-connection/node";
import { fdPassing, whyNoFdPassing } from "@framewright/dbus-fds/node";
import type { InterfaceDescription } from "@framewright/dbus-introspection";
import { afterEach, describe, expect, test } from "vitest";
import { startChild } from "../src/child.ts";
import { startDbusDaemon } from "../src/dbus-daemon.ts";
import { describeProgram } from "../src/program.ts";
import { describeModules, python } from "../src/python.ts";
import { until } from "../src/until.ts";

const Files = {
	name: "com.example.Files",
	methods: { Read: { in: "ah", out: "as" }, Open: { in: "as", out: "ah" } },
} as const satisfies InterfaceDescription;

const script = fileURLToPath(
	new URL("../src/dbus-jeepney-fds.py", import.meta.url),
);

const ends: (() => unknown)[] = [];
afterEach(async () => {
	for (const end of ends.splice(0).reverse()) await end();
});

let files = 0;

/** A text in a file that has no name any more. */
function fileOf(content: string): number {
	const path = join(tmpdir(), `framewright-fds-${process.pid}-${files++}`);
	writeFileSync(path, content);
	const fd = openSync(path, "r");
	rmSync(path);
	return fd;
}

/** Reads a descriptor that is ours, and closes it. */
function take(fd: number): string {
	const content = readFileSync(fd, "utf8");
	closeSync(fd);
	return content;
}

function exportFiles(connection: DBusConnection) {
	return connection.export("/files", Files, {
		methods: {
			Read: (fds) => fds.map(take),
			Open: (texts) => texts.map(fileOf),
		},
	});
}

async function useFiles(connection: DBusConnection, destination?: string) {
	const there = connection.proxy(Files, { destination, path: "/files" });
	const sent = [fileOf("one"), fileOf("two")];
	expect(await there.call("Read", [sent])).toEqual(["one", "two"]);
	for (const fd of sent) closeSync(fd);
	const opened = await there.call("Open", [["three", "four"]]);
	expect(opened.map(take)).toEqual(["three", "four"]);
}

const fds = fdPassing();
if (fds === undefined)
	test(`Node passes no descriptors: ${whyNoFdPassing()}`, (context) => {
		if (process.env.CI) throw new Error(whyNoFdPassing());
		context.skip();
	});

describe.skipIf(fds === undefined)("With node:ffi", () => {
	test("two peers of ours, over a socket of their own", async () => {
		const path = join(tmpdir(), `framewright-fds-${process.pid}`);
		const server = createServer({ pauseOnConnect: true }, (socket) => {
			void acceptPeer(socket, {
				guid: "0123456789abcdef0123456789abcdef",
				credentials: `${process.getuid?.()}`,
				fds,
				setup: exportFiles,
			});
		}).listen(path);
		ends.push(() => void server.close());
		const connection = await connectPeer(`unix:path=${path}`, { fds });
		ends.push(() => connection.close());
		await useFiles(connection);
	});

	describeProgram("dbus-daemon", "apt-get install dbus", (program) => {
		async function bus(): Promise<{
			address: string;
			connection: BusConnection;
		}> {
			const daemon = await startDbusDaemon(program, "unix:path={folder}/bus", [
				"EXTERNAL",
			]);
			ends.push(() => daemon[Symbol.asyncDispose]());
			const connection = await connectBus(daemon.address, { fds });
			ends.push(() => connection.close());
			return { address: daemon.address, connection };
		}

		test("two connections of ours", async () => {
			const { address, connection } = await bus();
			exportFiles(connection);
			await connection.requestName("com.example.Ours");
			const other = await connectBus(address, { fds });
			ends.push(() => other.close());
			await useFiles(other, "com.example.Ours");
		});

		test("who did not agree to descriptors gets none, and can send none", async () => {
			const { address, connection } = await bus();
			const other = await connectBus(address);
			ends.push(() => other.close());
			exportFiles(other);
			await other.requestName("com.example.Ours");
			const there = connection.proxy(Files, {
				destination: "com.example.Ours",
				path: "/files",
			});
			const fd = fileOf("x");
			await expect(there.call("Read", [[fd]])).rejects.toThrow();
			await expect(
				other
					.proxy(Files, { destination: connection.uniqueName, path: "/files" })
					.call("Read", [[fd]]),
			).rejects.toThrow();
			closeSync(fd);
			expect(await connection.nameOwner("com.example.Ours")).toBe(
				other.uniqueName,
			);
		});

		describeModules(["jeepney"], "apt-get install python3-jeepney", () => {
			test("jeepney reads our files, and opens some for us", async () => {
				const { address, connection } = await bus();
				const child = startChild([python, script, address, "service"], {
					lifetime: 30_000,
				});
				ends.push(() => child[Symbol.asyncDispose]());
				let printed = "";
				child.process.stdout.setEncoding("utf8").on("data", (part: string) => {
					printed += part;
				});
				await until("jeepney", () => (printed === "" ? undefined : printed));
				await useFiles(connection, "com.example.Jeepney");
			});

			test("we read the files of jeepney, and open some for it", async () => {
				const { address, connection } = await bus();
				exportFiles(connection);
				await connection.requestName("com.example.Ours");
				const child = startChild([python, script, address, "client"], {
					lifetime: 30_000,
				});
				ends.push(() => child[Symbol.asyncDispose]());
				expect([await text(child.process.stdout), child.said()]).toEqual([
					'["Read", ["one", "two"]]\n["Open", ["three", "four"]]\n',
					"",
				]);
			});
		});
	});
});
