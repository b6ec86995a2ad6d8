// Servers of ours, at addresses that programs of others are given.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
	type Address,
	advertisedAddress,
	formatAddress,
	type ListenTarget,
	listenTarget,
	parseAddress,
} from "@framewright/dbus-address";
import { acceptPeer } from "@framewright/dbus-connection/node";
import type { InterfaceDescription } from "@framewright/dbus-introspection";
import { afterAll, expect, test } from "vitest";
import { describeProgram } from "../src/program.ts";

const Echo = {
	name: "com.example.Echo",
	methods: { Echo: { in: "s", out: "s" } },
} as const satisfies InterfaceDescription;

/** gdbus takes whoever listens for a bus. */
const Bus = {
	name: "org.freedesktop.DBus",
	methods: { Hello: { out: "s" } },
} as const satisfies InterfaceDescription;

const guid = "0123456789abcdef0123456789abcdef";
const folder = mkdtempSync(join(tmpdir(), "framewright-interop-"));
afterAll(() => rmSync(folder, { recursive: true }));

const addresses = [
	`unix:path=${folder}/bus`,
	`unix:dir=${folder}`,
	`unix:tmpdir=${folder}`,
	"unix:runtime=yes",
	`unix:abstract=${folder}/abstract`,
	"tcp:host=localhost,family=ipv4",
	"tcp:host=127.0.0.1,bind=*",
	`nonce-tcp:host=localhost,family=ipv4,noncefile=${folder}/nonce`,
];

/** Listens, and gives the address to connect to. */
async function serve(text: string): Promise<{ at: string; stop(): void }> {
	const [address] = parseAddress(text);
	const target = listenTarget(address as Address, {
		platform: process.platform,
		nodeVersion: process.versions.node,
		env: { XDG_RUNTIME_DIR: folder },
		pid: process.pid,
	}) as Exclude<ListenTarget, { fds: unknown }>;
	const nonce = "nonce" in target ? target.nonce : undefined;
	if (nonce) writeFileSync(nonce.file, nonce.bytes, { mode: 0o600 });
	const isUnix = "path" in target;
	const server = createServer({ pauseOnConnect: true }, async (socket) => {
		socket.on("error", () => {});
		if (nonce && Buffer.compare(await first(socket), nonce.bytes) !== 0)
			return void socket.destroy();
		acceptPeer(socket, {
			guid,
			mechanisms: [isUnix ? "EXTERNAL" : "ANONYMOUS"],
			credentials: `${process.getuid?.()}`,
			setup: (connection) => {
				connection.export("/echo", Echo, { methods: { Echo: (it) => it } });
				connection.export("/org/freedesktop/DBus", Bus, {
					methods: { Hello: () => ":1.1" },
				});
			},
		}).catch(() => {});
	});
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject).listen(target, resolve);
	});
	const bound = server.address();
	return {
		at: formatAddress(
			advertisedAddress(address as Address, target, bound, guid),
		),
		stop: () => void server.close(),
	};
}

/** The 16 bytes of the nonce, before all others. */
async function first(socket: Socket): Promise<Buffer> {
	for (;;) {
		const bytes: Buffer | null = socket.read(16);
		if (bytes !== null) return bytes;
		await new Promise((resolve) => socket.once("readable", resolve));
	}
}

const run = promisify(execFile);

describeProgram("dbus-send", "apt-get install dbus-bin", (program) => {
	test.each(addresses)("connects to %s", async (text) => {
		const { at, stop } = await serve(text);
		try {
			const { stdout } = await run(
				program,
				[
					...[`--peer=${at}`, "--print-reply=literal", "/echo"],
					...["com.example.Echo.Echo", "string:hello"],
				],
				{ timeout: 20_000 },
			);
			expect(stdout.trim()).toBe("hello");
		} finally {
			stop();
		}
	});
});

describeProgram("gdbus", "apt-get install libglib2.0-bin", (program) => {
	test.each(addresses)("connects to %s", async (text) => {
		const { at, stop } = await serve(text);
		try {
			const { stdout } = await run(
				program,
				[
					...["call", "--address", at, "--dest", "com.example.Echo"],
					...["--object-path", "/echo"],
					...["--method", "com.example.Echo.Echo", "hello"],
				],
				{ timeout: 20_000 },
			);
			expect(stdout.trim()).toBe("('hello',)");
		} finally {
			stop();
		}
	});
});
