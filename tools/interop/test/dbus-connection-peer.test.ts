// Without a bus: programs of others connect to us; and cookies, over TCP.

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { DBusConnection } from "@framewright/dbus-connection";
import { acceptPeer, connectBus } from "@framewright/dbus-connection/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Clock, clockName, clockPath, exportClock } from "../src/dbus-clock.ts";
import { startDbusDaemon } from "../src/dbus-daemon.ts";
import { describeProgram } from "../src/program.ts";
import { run } from "../src/run.ts";
import { until } from "../src/until.ts";

let folder: string;
let server: Server;
let address: string;
let peers: DBusConnection[];
let signals: unknown[];

beforeEach(async () => {
	// Of mode 0700: who can connect is this user, or root.
	folder = await mkdtemp(join(tmpdir(), "framewright-interop-"));
	const path = join(folder, "s.sock");
	const guid = "0123456789abcdef0123456789abcdef";
	address = `unix:path=${path},guid=${guid}`;
	peers = [];
	signals = [];
	server = createServer((socket) => {
		acceptPeer(socket, {
			guid,
			credentials: String(userInfo().uid),
			// Before anything is read: the first message may be all that comes.
			setup(peer) {
				peers.push(peer);
				exportClock(peer);
				void watch(peer);
			},
		}).catch(() => {});
	});
	await once(server.listen(path), "listening");
});

/** Notes all signals, until the other side hangs up. */
async function watch(peer: DBusConnection): Promise<void> {
	try {
		for await (const signal of await peer.subscribe({}))
			signals.push([signal.interface, signal.member, signal.body]);
	} catch {
		// They do not wait for what we have to say.
	}
}

afterEach(async () => {
	for (const peer of peers) peer.abort();
	server.close();
	await rm(folder, { recursive: true, force: true });
});

describeProgram("dbus-send", "apt-get install dbus", (send) => {
	const call = (...args: string[]) =>
		run([send, `--peer=${address}`, "--print-reply", clockPath, ...args]);

	test("calls our server, and reads our properties and our errors", async () => {
		expect(
			await call(`${clockName}.SetAlarm`, "uint64:5", "string:up"),
		).toMatchObject({
			code: 0,
			out: expect.stringMatching(/method return .*\n +uint32 1\n/),
		});
		const get = "org.freedesktop.DBus.Properties.Get";
		expect(await call(get, `string:${clockName}`, "string:Zone")).toMatchObject(
			{ out: expect.stringContaining('string "UTC"') },
		);
		expect(await call(`${clockName}.Fail`)).toMatchObject({
			code: 1,
			err: "Error com.example.Error.Broken: It is broken\n",
		});
		expect(await call(`${clockName}.Nonsense`)).toMatchObject({
			err: expect.stringContaining("org.freedesktop.DBus.Error.UnknownMethod"),
		});
		const { out } = await call(
			"org.freedesktop.DBus.Introspectable.Introspect",
		);
		expect(out).toContain('<method name="SetAlarm">');
	});

	test("sends our server a signal, and hangs up", async () => {
		await run([send, `--peer=${address}`, "/", "com.example.A.B", "int32:-1"]);
		await until("The signal", () => signals[0], 5_000);
		expect(signals).toEqual([["com.example.A", "B", [-1]]]);
		await peers[0]?.closed;
	});
});

describeProgram("gdbus", "apt-get install libglib2.0-bin", (gdbus) => {
	test("emits a signal to our server", async () => {
		await run([
			gdbus,
			...["emit", "--address", address, "--object-path", "/a"],
			...["--signal", "com.example.A.B", "(1, 'x')", "{'k': <@as []>}"],
		]);
		await until("The signal", () => signals[0], 5_000);
		expect(signals).toMatchObject([["com.example.A", "B", [[1, "x"], {}]]]);
	});
});

describeProgram("dbus-daemon", "apt-get install dbus", (program) => {
	test("lets us in over TCP with a cookie, with the address that works of several", async () => {
		await using daemon = await startDbusDaemon(
			program,
			"tcp:host=127.0.0.1,port=0",
			["DBUS_COOKIE_SHA1"],
		);
		const bus = await connectBus(`unix:path=/nonexistent;${daemon.address}`);
		const other = await connectBus(daemon.address, {
			mechanisms: ["DBUS_COOKIE_SHA1"],
			identity: userInfo().username,
		});
		exportClock(bus);
		const clock = other.proxy(Clock, {
			destination: bus.uniqueName,
			path: clockPath,
		});
		expect(await clock.call("SetAlarm", [1n, "tcp"])).toBe(1);
		await expect(
			connectBus(daemon.address, { mechanisms: ["EXTERNAL"] }),
		).rejects.toMatchObject({ code: "refused" });
		await other.close();
		await bus.close();
	});

	test("takes us back when it is back: the pattern of the README", async () => {
		// The same address twice.
		const listen = `unix:path=${join(folder, "bus")}`;
		let daemon = await startDbusDaemon(program, listen, ["EXTERNAL"]);
		const seen: string[] = [];
		const stop = new AbortController();
		const living = (async () => {
			while (!stop.signal.aborted)
				try {
					const bus = await connectBus(listen);
					seen.push("connected");
					await bus.closed.catch(() => {});
				} catch {
					await new Promise((resolve) => setTimeout(resolve, 50));
				}
		})();
		await until("The first time", () => seen[0], 5_000);
		await daemon[Symbol.asyncDispose]();
		daemon = await startDbusDaemon(program, listen, ["EXTERNAL"]);
		await until("The second time", () => seen[1], 5_000);
		stop.abort();
		await daemon[Symbol.asyncDispose]();
		await living;
	});
});
