import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DBusConnection } from "../src/index.ts";
import {
	type AcceptOptions,
	acceptPeer,
	type ConnectPeerOptions,
	connectBus,
	connectPeer,
	openChannel,
} from "../src/node.ts";

const guid = "0123456789abcdef0123456789abcdef";
const uid = String(process.getuid?.());

const Echo = {
	name: "com.example.Echo",
	methods: { Echo: { in: "ay", out: "ay" } },
} as const;

let folder: string;
let path: string;
let server: Server | undefined;
const opened: DBusConnection[] = [];
const sockets: Socket[] = [];

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "framewright-"));
	path = join(folder, "s");
});
afterEach(() => {
	for (const connection of opened.splice(0)) connection.abort();
	for (const socket of sockets.splice(0)) socket.destroy();
	server?.close();
	server = undefined;
	rmSync(folder, { recursive: true });
});

async function listen(
	options: Partial<AcceptOptions> = {},
	onConnection?: (socket: Socket) => void,
): Promise<void> {
	server = createServer((socket) => {
		sockets.push(socket);
		if (onConnection !== undefined) onConnection(socket);
		else
			acceptPeer(socket, {
				guid,
				credentials: uid,
				setup: (connection) => {
					connection.export("/", Echo, { methods: { Echo: (bytes) => bytes } });
				},
				...options,
			}).then(
				(connection) => opened.push(connection),
				() => {},
			);
	});
	await once(server.listen(path), "listening");
}

async function peer(options: ConnectPeerOptions = {}, address?: string) {
	const connection = await connectPeer(address ?? `unix:path=${path}`, options);
	opened.push(connection);
	return connection;
}

describe("two peers over a socket", () => {
	test("call each other, from the first byte on", async () => {
		await listen();
		const client = await peer();
		const echo = client.proxy(Echo, { path: "/" });
		const bytes = new Uint8Array(1_000_000).fill(7);
		const all = await Promise.all([
			echo.call("Echo", [Uint8Array.of(1, 2)]),
			echo.call("Echo", [bytes]),
		]);
		expect(all).toEqual([Uint8Array.of(1, 2), bytes]);
		await client.close();
		await client.closed;
		await opened[1]?.closed;
	});

	test("keep what came in the same chunk as BEGIN", async () => {
		await listen();
		const { connect } = await import("node:net");
		const { dbusMessage } = await import("@framewright/dbus-message");
		const socket = connect(path);
		sockets.push(socket);
		const ping = dbusMessage().encode({
			type: "method_call",
			serial: 5,
			path: "/",
			interface: "org.freedesktop.DBus.Peer",
			member: "Ping",
		});
		// What sd-bus does: all at once.
		socket.write(
			Buffer.concat([
				Buffer.from("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"),
				ping,
			]),
		);
		let received = Buffer.alloc(0);
		while (!received.includes(`OK ${guid}\r\n`) || received.length < 60) {
			const [chunk] = await once(socket, "data");
			received = Buffer.concat([received, chunk]);
		}
		const start = received.indexOf(`${guid}\r\n`) + guid.length + 2;
		expect(dbusMessage().decode(received.subarray(start))).toMatchObject({
			type: "method_return",
			replySerial: 5,
		});
	});
});

describe("an address", () => {
	test("with alternatives is tried in order, and what came of each is told", async () => {
		await listen();
		const client = await peer({}, `unix:path=${folder}/no;unix:path=${path}`);
		await client.proxy(Echo, { path: "/" }).call("Echo", [new Uint8Array()]);
		const failing = connectPeer(
			`unix:path=${folder}/no;autolaunch:;unix:path=${folder}/neither`,
		);
		await expect(failing).rejects.toThrow(AggregateError);
		await expect(failing).rejects.toMatchObject({
			errors: [
				{ code: "ENOENT" },
				{ name: "UnsupportedAddressError" },
				{ code: "ENOENT" },
			],
		});
		await expect(connectPeer(`unix:path=${folder}/no`)).rejects.toMatchObject({
			code: "ENOENT",
		});
	});

	test("that is none, or empty, rejects", async () => {
		await expect(connectBus("unix")).rejects.toMatchObject({
			name: "DecodeError",
		});
		await expect(connectBus("")).rejects.toThrow();
	});

	test("must have the server's GUID, if it has one", async () => {
		await listen();
		await peer({}, `unix:path=${path},guid=${guid}`);
		const other = guid.replace("0", "f");
		await expect(
			connectPeer(`unix:path=${path},guid=${other}`),
		).rejects.toMatchObject({ code: "refused" });
	});

	test("may be a program's, on its standard streams", async () => {
		const program = join(folder, "server.mjs");
		writeFileSync(
			program,
			`process.stdin.once("data", () => process.stdout.write("REJECTED EXTERNAL\\r\\n"));`,
		);
		const argv = [program].map((arg, i) => `argv${i + 1}=${arg}`).join(",");
		await expect(
			connectPeer(`unixexec:path=${process.execPath},${argv}`),
		).rejects.toMatchObject({ code: "refused" });
		await expect(
			connectPeer("unixexec:path=/nonexistent"),
		).rejects.toMatchObject({ code: "ENOENT" });
	});

	test("may want a nonce first", async () => {
		const noncefile = join(folder, "nonce");
		writeFileSync(noncefile, "0123456789abcdefmore");
		let first = "";
		server = createServer((socket) => {
			sockets.push(socket);
			socket.once("data", (chunk) => {
				first = chunk.toString("latin1");
				socket.destroy();
			});
		});
		await once(server.listen(0, "127.0.0.1"), "listening");
		const { port } = server.address() as { port: number };
		const address = `nonce-tcp:host=127.0.0.1,port=${port},noncefile=${noncefile}`;
		await expect(connectPeer(address)).rejects.toThrow();
		expect(first).toMatch(/^0123456789abcdef(?!more)/);
	});
});

describe("who is not let in", () => {
	test("is told so, on both sides", async () => {
		let refused: Promise<unknown> | undefined;
		await listen({}, (socket) => {
			refused = acceptPeer(socket, { guid, credentials: "12345678" });
			refused.catch(() => {});
		});
		await expect(connectPeer(`unix:path=${path}`)).rejects.toMatchObject({
			code: "refused",
		});
		await expect(refused).rejects.toThrow();
	});

	test("may be anonymous, where that is offered", async () => {
		await listen({ mechanisms: ["ANONYMOUS"] });
		await expect(connectPeer(`unix:path=${path}`)).rejects.toMatchObject({
			code: "refused",
		});
		const { authenticated, channel } = await openChannel(`unix:path=${path}`, {
			mechanisms: ["EXTERNAL", "ANONYMOUS"],
		});
		expect(authenticated).toMatchObject({ mechanism: "ANONYMOUS", guid });
		channel.abort();
	});

	test("gives up after a while, or when told to", async () => {
		await listen({}, () => {});
		await expect(
			connectPeer(`unix:path=${path}`, { handshakeTimeout: 20 }),
		).rejects.toMatchObject({ code: "timeout" });
		await expect(
			connectPeer(`unix:path=${path}`, { signal: AbortSignal.abort("no") }),
		).rejects.toBe("no");
		const controller = new AbortController();
		const connecting = connectPeer(`unix:path=${path};unix:path=${path}`, {
			signal: controller.signal,
		});
		setTimeout(() => controller.abort("enough"), 5);
		await expect(connecting).rejects.toBe("enough");
	});

	test("learns that the other side hung up, or spoke nonsense", async () => {
		await listen({}, (socket) => socket.end());
		await expect(connectPeer(`unix:path=${path}`)).rejects.toMatchObject({
			code: "truncated",
		});
		server?.close();
		rmSync(path, { force: true });
		await listen({}, (socket) => socket.end("OK nonsense\r\n"));
		await expect(connectPeer(`unix:path=${path}`)).rejects.toMatchObject({
			code: "invalid-value",
		});
	});
});
