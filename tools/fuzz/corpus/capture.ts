// Captures seeds from real programs: `node --conditions=@framewright/source tools/fuzz/corpus/capture.ts`. Needs clangd, pylsp,
// dbus-daemon, busctl and gdbus; what is not installed is left out. The specifications' examples are written in any case.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { contentLength } from "@framewright/content-length";
import { marshalBody } from "@framewright/dbus-marshal";
import { dbusMessage } from "@framewright/dbus-message";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { newline } from "@framewright/newline";
import { nameOf } from "../src/engine/name.ts";

/** What is longer makes executions slow, and teaches little more. */
const MOST_BYTES = 1024;
/** So many inputs of one kind of traffic. */
const MOST_INPUTS = 8;

function save(target: string, input: Uint8Array | string, variant = -1): void {
	const bytes = Buffer.from(input as string);
	const data = variant < 0 ? bytes : Buffer.from([variant, ...bytes]);
	if (data.length === 0 || data.length > MOST_BYTES) return;
	const folder = join(import.meta.dirname, target, "seeds");
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, nameOf(data)), data);
}

/** Runs a program, feeds it `input`, and returns what it wrote until it fell silent, or ended. */
async function talk(
	command: readonly string[],
	inputs: readonly (string | Uint8Array)[],
): Promise<Uint8Array | undefined> {
	const [program = "", ...rest] = command;
	const child = spawn(program, rest, { stdio: ["pipe", "pipe", "ignore"] });
	const chunks: Uint8Array[] = [];
	let heard = Date.now();
	let failed = false;
	child.stdin.on("error", () => {});
	child.stdout.on("data", (chunk: Buffer) => {
		chunks.push(chunk);
		heard = Date.now();
	});
	child.once("error", () => {
		failed = true;
	});
	const started = Date.now();
	for (const input of inputs) {
		child.stdin.write(input);
		const before = chunks.length;
		while (!failed && chunks.length === before && Date.now() - started < 60_000)
			await sleep(50);
	}
	while (!failed && Date.now() - heard < 2000) await sleep(50);
	child.kill("SIGKILL");
	if (failed) console.error(`${program} is not installed: left out`);
	return failed ? undefined : Buffer.concat(chunks);
}

/** Saves the messages that language servers were sent and have sent. */
async function captureLanguageServer(command: string[]): Promise<void> {
	const frame = (message: object): string => {
		const text = JSON.stringify({ jsonrpc: "2.0", ...message });
		return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
	};
	const textDocument = { uri: "file:///a.c" };
	const sent = [
		frame({
			id: 0,
			method: "initialize",
			params: { processId: null, rootUri: null, capabilities: {} },
		}),
		frame({ method: "initialized", params: {} }) +
			frame({
				method: "textDocument/didOpen",
				params: {
					textDocument: {
						...textDocument,
						languageId: "c",
						version: 1,
						text: "int é(;\n",
					},
				},
			}) +
			frame({
				id: 1,
				method: "textDocument/hover",
				params: { textDocument, position: { line: 0, character: 4 } },
			}),
		frame({ id: 2, method: "shutdown", params: null }),
	];
	const received = await talk(command, sent);
	if (received === undefined) return;
	for (const wire of [...sent.map((text) => Buffer.from(text)), received])
		saveMessages(wire, contentLength());
}

async function captureMcpServer(): Promise<void> {
	const require = createRequire(import.meta.url);
	const manifest = require.resolve(
		"@modelcontextprotocol/server-everything/package.json",
	);
	const line = (message: object): string =>
		`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`;
	const clientInfo = { name: "framewright", version: "0" };
	const sent = [
		line({
			id: 1,
			method: "initialize",
			params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo },
		}),
		line({ method: "notifications/initialized" }) +
			line({ id: "two", method: "ping" }),
		line({
			id: 3,
			method: "tools/call",
			params: { name: "echo", arguments: { message: "hé\n" } },
		}),
		line({ id: 4, method: "nothing/here", params: {} }),
	];
	const server = join(dirname(manifest), "dist/index.js");
	const received = await talk([process.execPath, server, "stdio"], sent);
	if (received === undefined) return;
	for (const wire of [...sent.map((text) => Buffer.from(text)), received])
		saveMessages(wire, newline());
}

/** Saves messages, under every framing that a target puts around them. */
function saveMessages(
	wire: Uint8Array,
	framing: ReturnType<typeof contentLength> | ReturnType<typeof newline>,
): void {
	const decoder = framing.decoder();
	decoder.push(wire);
	for (let i = 0; i < MOST_INPUTS; i++) {
		const message = decoder.pull();
		if (!(message instanceof Uint8Array)) return;
		const around = (layer: {
			encoder(): { encode(item: Uint8Array): Uint8Array };
		}): Uint8Array => layer.encoder().encode(message).slice();
		save("json-rpc", message);
		save("json-rpc-narrow", message);
		save("content-length", around(contentLength()));
		save("content-length-json-rpc", around(contentLength()));
		save("content-length-resync", around(contentLength()), 0);
		save("lines-json-rpc", around(newline()));
		save("json-lines", around(newline()));
		save("length-prefixed-json-rpc", around(lengthPrefixed()));
		save(
			"varint-newline-json-rpc",
			lengthPrefixed({ width: "varint" }).encoder().encode(around(newline())),
		);
	}
}

/** Saves what clients and a bus say to each other, from the NUL on. */
async function captureBus(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), "framewright-capture-"));
	const bus = join(folder, "bus");
	const daemon = spawn(
		"dbus-daemon",
		["--session", "--nofork", `--address=unix:path=${bus}`],
		{ stdio: "ignore" },
	);
	let failed = false;
	daemon.once("error", () => {
		failed = true;
	});
	await sleep(1500);
	try {
		if (failed) {
			console.error("dbus-daemon is not installed: left out");
			return;
		}
		const ask = ["org.freedesktop.DBus", "/org/freedesktop/DBus"];
		for (const command of [
			[
				"busctl",
				"--address={}",
				"call",
				...ask,
				"org.freedesktop.DBus",
				"GetId",
			],
			[
				"busctl",
				"--address={}",
				"call",
				...ask,
				"a.b",
				"No",
				"sv",
				"x",
				"t",
				"1",
			],
			[
				...["gdbus", "call", "--address", "{}", "-d", ask[0] as string],
				...["-o", ask[1] as string, "-m", "org.freedesktop.DBus.ListNames"],
			],
		])
			await captureExchange(command, bus, join(folder, "tap"));
	} finally {
		daemon.kill("SIGKILL");
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Runs a client through a socket of ours, and saves what passes. */
async function captureExchange(
	command: string[],
	bus: string,
	tap: string,
): Promise<void> {
	const up: Uint8Array[] = [];
	const down: Uint8Array[] = [];
	const server = createServer((client) => {
		const daemon = connect(bus);
		client.on("error", () => daemon.destroy());
		daemon.on("error", () => client.destroy());
		client.on("data", (chunk: Buffer) => {
			up.push(chunk);
			daemon.write(chunk);
		});
		daemon.on("data", (chunk: Buffer) => {
			down.push(chunk);
			client.write(chunk);
		});
		client.on("end", () => daemon.end());
		daemon.on("end", () => client.end());
	}).listen(tap);
	const [program = "", ...rest] = command.map((word) =>
		word.replace("{}", `unix:path=${tap}`),
	);
	const client = spawn(program, rest, { stdio: "ignore" });
	await new Promise((resolve) => {
		client.once("error", resolve);
		client.once("exit", resolve);
		setTimeout(resolve, 10_000).unref();
	});
	client.kill("SIGKILL");
	server.close();
	rmSync(tap, { force: true });
	saveExchange(Buffer.concat(up), Buffer.concat(down));
}

function saveExchange(up: Buffer, down: Buffer): void {
	const begin = up.indexOf("BEGIN\r\n") + 7;
	if (begin < 7) return;
	save("dbus-auth-server", up.subarray(0, begin), 0);
	// Each line of the client's but BEGIN has an answer; messages follow.
	let end = 0;
	for (let lines = linesIn(up.subarray(0, begin)) - 1; lines > 0; lines--)
		end = down.indexOf("\r\n", end) + 2;
	save("dbus-auth-client", down.subarray(0, end), 0);
	for (const wire of [up.subarray(begin), down.subarray(end)]) {
		const decoder = dbusMessage({ body: "bytes" }).decoder();
		decoder.push(wire);
		for (let i = 0; i < MOST_INPUTS; i++) {
			const message = decoder.pull();
			if (message === undefined) break;
			const bytes = dbusMessage().encode(message);
			save("dbus-message", bytes, 0);
			const { signature, body } = message;
			if (signature !== "" && body.length > 0)
				save(
					"dbus-marshal",
					Buffer.from([
						0,
						signature.length,
						...Buffer.from(signature),
						...body,
					]),
				);
		}
	}
}

function linesIn(bytes: Buffer): number {
	return bytes.toString("latin1").split("\r\n").length - 1;
}

/** The specifications' own examples. */
function saveExamples(): void {
	for (const text of [
		'{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
		'{"jsonrpc": "2.0", "result": -19, "id": 2}',
		'{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}',
		'{"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"}',
		'{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
		'[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"foo": "boo"}]',
		"[]",
		"[1,2,3]",
	]) {
		save("json-rpc", text);
		save("json-rpc-narrow", text);
		save("json-rpc-raw", text);
		save("json-lines", `${text}\n`);
		save("json-text-sequence", `\x1e${text}\n`);
	}
	save("json-lines-narrow", '[1,{"a":2}]\n \n\ufeff3\nnull');
	save("json-text-sequence-narrow", "\x1e[1]\n\x1e2\x1etrue\n");
	for (const text of [
		"4\r\nWiki\r\n7\r\npedia i\r\n0\r\n\r\n",
		'5;name=value;q="a\\"b"\r\nhello\r\n0\r\nDigest: x\r\n\r\n',
	]) {
		save("http-chunked", text, 0);
		save("http-chunked-octets", text, 0);
	}
	for (const text of [
		"unix:path=/tmp/dbus-test",
		"tcp:host=127.0.0.1,port=4242",
		"unix:abstract=/tmp/x,guid=0123456789abcdef0123456789abcdef;tcp:host=a,port=1,family=ipv6",
		"unixexec:path=ssh,argv1=-xT,argv2=host,argv3=systemd-stdio-bridge",
		"nonce-tcp:host=a%20b,noncefile=/x;launchd:env=E;autolaunch:;unix:runtime=yes",
	])
		save("dbus-address", text);
	save("dbus-auth-server", "\0AUTH EXTERNAL 31303030\r\nBEGIN\r\n", 0);
	save("dbus-auth-server", "\0AUTH DBUS_COOKIE_SHA1 31303030\r\nCANCEL\r\n", 0);
	save("dbus-auth-client", "OK 1234deadbeef\r\nAGREE_UNIX_FD\r\n", 0);
	save("dbus-auth-client", "REJECTED DBUS_COOKIE_SHA1 ANONYMOUS\r\n", 0);
	const body = marshalBody("sa{sv}as", { dict: "entries" }).encode([
		"x",
		[],
		["a", "b"],
	]);
	save(
		"dbus-marshal",
		Buffer.from([0, 8, ...Buffer.from("sa{sv}as"), ...body]),
	);
	save(
		"length-prefixed-dbus-body",
		lengthPrefixed({ endian: "le" }).encoder().encode(body),
	);
	const hex = (text: string): Buffer =>
		Buffer.from(text.replaceAll(" ", ""), "hex");
	save("cobs", hex("03 11 22 02 33 00"));
	save("cobs", hex("02 11 01 01 01 00 05 11 22 33 44 00"));
	save("cobs-options", hex("03 11 22 02 33 00 2e 00"), 1);
	save("slip", hex("c0 01 db dc db dd 02 c0"));
	save("slip-options", hex("c0 01 db c0 02 c0"), 1);
	save("slip-cobs", hex("c0 03 11 22 02 33 c0"));
	save("newline", "a\nbc\r\nd", 0);
	save("lines", "é\n\ufeffb\r\n", 0);
	save("length-prefixed-fixed", hex("00 00 00 02 61 62"), 0);
	save("length-prefixed-options", hex("00 00 00 01 61 80 00 00 01 62"), 3);
	save("length-prefixed-parts", hex("00 02 61 62"), 0);
	save("length-prefixed-varint", hex("03 08 96 01"), 0);
	save("length-prefixed-presets", "12:hello world!,", 0);
	save("length-prefixed-presets", "5 hello", 1);
	save("length-prefixed-presets", hex("5a 00 00 00 05 49"), 2);
	save("ring-buffer", hex("01 00 02 04 05 04"));
	save("ring-buffer-operations", hex("21 05 45 a0 60 a0"));
}

saveExamples();
await captureLanguageServer(["clangd", "--log=error", "--background-index=0"]);
await captureLanguageServer(["pylsp"]);
await captureMcpServer();
await captureBus();
