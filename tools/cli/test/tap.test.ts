import type { ChildProcess } from "node:child_process";
import { createHash, randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import {
	type AddressInfo,
	connect,
	createServer,
	type Server,
	type Socket,
} from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type NamedStack, parseStack } from "../src/stack-expression.ts";
import { decodingOf } from "../src/tap-decoding.ts";
import { lineWriter, type Party, type TraceEvent } from "../src/tap-print.ts";
import { ConnectionTrace } from "../src/tap-trace.ts";
import {
	framewright,
	outcome,
	start,
	temporaryDirectory,
} from "./framewright.ts";

let directory: string;
beforeEach(() => {
	directory = temporaryDirectory();
});

const NEWLINE = ["--stack", "newline,json-rpc"];
const PREFIXED = ["--stack", "length-prefixed,json-rpc"];

/** A line of a trace in JSON. */
interface Line {
	readonly time: number | string;
	readonly kind: string;
	readonly client?: number;
	readonly from?: string;
	readonly method?: string;
	readonly id?: unknown;
	readonly latency?: number;
	readonly [member: string]: unknown;
}

function parse(lines: string): Line[] {
	return lines
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => JSON.parse(line));
}

function without<T extends object>(line: T, ...members: string[]): Partial<T> {
	return Object.fromEntries(
		Object.entries(line).filter(([name]) => !members.includes(name)),
	) as Partial<T>;
}

function frame(json: string | Uint8Array): Buffer {
	const body = Buffer.from(json);
	const prefix = Buffer.alloc(4);
	prefix.writeUInt32BE(body.length);
	return Buffer.concat([prefix, body]);
}

function sha(bytes: Uint8Array): string {
	return createHash("sha256").update(bytes).digest("hex");
}

/** Reads to the end. Those of node:stream/consumers close the other direction then, too. */
async function buffer(stream: Readable): Promise<Buffer> {
	const chunks: Buffer[] = [];
	stream.on("data", (chunk) => chunks.push(chunk));
	await once(stream, "end");
	return Buffer.concat(chunks);
}

async function text(stream: Readable): Promise<string> {
	return (await buffer(stream)).toString();
}

/** Listens in this process; every socket is gone after the test. */
async function listen(
	where: string | number,
	serve: (socket: Socket) => void,
): Promise<Server> {
	const server = createServer({ allowHalfOpen: true }, (socket) => {
		socket.on("error", () => {});
		onTestFinished(() => void socket.destroy());
		serve(socket);
	});
	onTestFinished(() => void server.close());
	if (typeof where === "number") server.listen(where, "127.0.0.1");
	else server.listen(join(directory, where));
	await once(server, "listening");
	return server;
}

/** A running tap with `--listen`. */
interface Tap {
	readonly child: ChildProcess;
	readonly address: string;
	connect(): Socket;
	/** The next line of the trace. */
	next(): Promise<string>;
	/** The trace from here on to the line of this kind, in JSON. */
	until(kind: string): Promise<Line[]>;
	/** Ends it, gives the rest of the trace, and makes sure that it had nothing else to say. */
	stop(): Promise<Line[]>;
}

/** Starts a tap between `tap.sock` (or `--listen`) and `server.sock` (or the given address and command). */
async function tapSocket(
	args: readonly string[],
	{
		address = "unix:server.sock",
		listen: at = "unix:tap.sock",
		command = [] as readonly string[],
	} = {},
): Promise<Tap> {
	const child = start(
		[
			...["tap", address, "--listen", at, ...args],
			...(command.length > 0 ? ["--", ...command] : []),
		],
		directory,
	);
	const { stdout, stderr } = child;
	if (stdout === null || stderr === null) throw new Error("no pipes");
	const said = createInterface(stderr)[Symbol.asyncIterator]();
	const [, bound = ""] =
		/ on (\S+)$/.exec((await said.next()).value ?? "") ?? [];
	const lines = createInterface(stdout)[Symbol.asyncIterator]();
	const next = async (): Promise<string> => (await lines.next()).value ?? "";
	return {
		child,
		address: bound,
		next,
		connect() {
			const [, port] = /^tcp:.*:(\d+)$/.exec(bound) ?? [];
			const socket = connect(
				port === undefined
					? { path: join(directory, "tap.sock"), allowHalfOpen: true }
					: { host: "127.0.0.1", port: Number(port), allowHalfOpen: true },
			);
			socket.on("error", () => {});
			onTestFinished(() => void socket.destroy());
			return socket;
		},
		async until(kind) {
			const found: Line[] = [];
			do found.push(JSON.parse(await next()));
			while (found.at(-1)?.kind !== kind);
			return found;
		},
		async stop() {
			child.kill("SIGINT");
			const rest: string[] = [];
			for (let line = await next(); line !== ""; line = await next())
				rest.push(line);
			expect((await said.next()).done).toBe(true);
			return parse(rest.join("\n"));
		},
	};
}

/** Runs a tap around a command to its end, with `input` as what the client sends. */
function tapStdio(
	args: readonly string[],
	command: readonly string[],
	input: string | Uint8Array = "",
): ReturnType<typeof framewright> {
	return framewright(["tap", "stdio", ...args, "--", ...command], {
		input,
		cwd: directory,
	});
}

/** Tells what a tap makes of bytes of the client that `cat` sends back as the server's. */
async function traceOf(
	input: string | Uint8Array,
	...args: string[]
): Promise<Line[]> {
	const { stdout, stderr, code } = await tapStdio(
		["--json", ...args],
		["cat"],
		input,
	);
	expect(Buffer.from(stdout)).toEqual(Buffer.from(input));
	expect(code).toBe(0);
	return parse(stderr);
}

function fromClient(lines: readonly Line[]): Line[] {
	return lines.filter(({ from }) => from === "client");
}

/** Cuts bytes at random, as a network may. */
function* cuts(bytes: Uint8Array): Generator<Uint8Array> {
	for (let at = 0; at < bytes.length; ) {
		const end = at + randomInt(1, randomInt(2, 100_000));
		yield bytes.subarray(at, end);
		at = end;
	}
}

async function writeCut(socket: Socket, bytes: Uint8Array): Promise<void> {
	for (const piece of cuts(bytes)) {
		if (!socket.write(piece)) await once(socket, "drain");
		if (randomInt(8) === 0) await delay(0);
	}
	socket.end();
}

/** Five megabytes of frames, small and large. */
function frames(): { bytes: Buffer; count: number } {
	const all: Buffer[] = [];
	for (let size = 0; size < 5_000_000; size += (all.at(-1) as Buffer).length)
		all.push(frame(randomBytes(randomInt(randomInt(1, 200_000)))));
	return { bytes: Buffer.concat(all), count: all.length };
}

test("forwards 5 MB each way byte for byte, cut anywhere, and finds every frame", async () => {
	const [asked, answered] = [frames(), frames()];
	const atServer = new Promise<Buffer>((resolve) => {
		listen("server.sock", (socket) => {
			writeCut(socket, answered.bytes);
			resolve(buffer(socket));
		});
	});
	const tap = await tapSocket([
		...["--stack", "length-prefixed", "--json", "--max-body", "0"],
	]);
	const socket = tap.connect();
	const atClient = buffer(socket);
	const ends = tap
		.until("end")
		.then(async (lines) => [...lines, ...(await tap.until("end"))]);
	await writeCut(socket, asked.bytes);
	expect(sha(await atServer)).toBe(sha(asked.bytes));
	expect(sha(await atClient)).toBe(sha(answered.bytes));
	const lines = await ends;
	for (const [from, { bytes, count }] of [
		["client", asked],
		["server", answered],
	] as const) {
		const direction = lines.filter((line) => line.from === from);
		expect(direction.at(-1)).toMatchObject({
			kind: "end",
			items: count,
			bytes: bytes.length,
		});
		const sizes = direction.slice(0, -1).map(({ size }) => Number(size) + 4);
		expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes.length);
		expect(sizes.length).toBe(count);
	}
});

test("forwards 5 MB through the stdin and stdout of a command", async () => {
	const { bytes, count } = frames();
	const child = start(
		[
			...["tap", "stdio", "--stack", "length-prefixed", "--log", "tap.log"],
			...["--json", "--max-body", "0", "--", "cat"],
		],
		directory,
	);
	const { stdin, stdout } = child;
	if (stdin === null || stdout === null) throw new Error("no pipes");
	const back = buffer(stdout);
	await writeCut(stdin as Socket, bytes);
	expect(sha(await back)).toBe(sha(bytes));
	await once(child, "close");
	const ends = parse(readFileSync(join(directory, "tap.log"), "utf8")).filter(
		({ kind }) => kind === "end",
	);
	expect(ends.map(({ items, bytes: sum }) => [items, sum])).toEqual([
		[count, bytes.length],
		[count, bytes.length],
	]);
});

test("shows what passes in columns, with the method and the latency of an answer", async () => {
	await listen("server.sock", (socket) => {
		socket.once("data", async () => {
			await delay(60);
			socket.write(frame('{"jsonrpc":"2.0","id":7,"result":{"ok":true}}'));
			socket.write(
				frame('{"jsonrpc":"2.0","id":7,"method":"ask","params":[1]}'),
			);
		});
		socket.on("end", () => socket.end());
	});
	const tap = await tapSocket(PREFIXED);
	const socket = tap.connect();
	socket.write(frame('{"jsonrpc":"2.0","id":7,"method":"slow"}'));
	for (const expected of [
		/^ {4}[\d.]{5} #1 {5}\s+open {9}unix:server\.sock \d{4}-\d\d-\d\dT/,
		/^ {4}[\d.]{5} #1 {2}--> {9}request {6}slow id=7 40B$/,
		/^ {4}[\d.]{5} #1 {2}<-- {3,4}\d\d\d?ms success {6}slow id=7 45B \{"ok":true\}$/,
		/^ {4}[\d.]{5} #1 {2}<-- {9}request {6}ask id=7 52B \[1\]$/,
	])
		expect(await tap.next()).toMatch(expected);
	socket.end(
		frame(
			'{"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"Method not found","data":[1]}}',
		),
	);
	for (const expected of [
		/ --> .*ms error {8}ask id=7 88B \{"code":-32601,"message":"Method not found","data":\[1\]\}$/,
		/ --> {9}end {10}2 messages, 136B$/,
		/ <-- {9}end {10}2 messages, 105B$/,
	])
		expect(await tap.next()).toMatch(expected);
});

test("measures the latency", async () => {
	await listen("server.sock", (socket) => {
		socket.on("data", async () => {
			await delay(100);
			socket.write(frame('{"jsonrpc":"2.0","id":1,"result":0}'));
		});
	});
	const tap = await tapSocket([...PREFIXED, "--json"]);
	tap.connect().write(frame('{"jsonrpc":"2.0","id":1,"method":"m"}'));
	const [, asked, answered] = await tap.until("success");
	expect(answered?.latency).toBeGreaterThanOrEqual(0.099);
	expect(answered?.latency).toBeLessThan(5);
	expect(Number(answered?.time) - Number(asked?.time)).toBeCloseTo(
		answered?.latency as number,
		5,
	);
});

test("goes on forwarding behind a fault, which it tells once, and decodes the other direction on", async () => {
	const good = frame('{"jsonrpc":"2.0","id":1,"method":"m"}');
	const garbage = Buffer.concat([Buffer.from("ffffffff", "hex"), good, good]);
	const sent = Buffer.concat([good, garbage]);
	await listen("server.sock", async (socket) => {
		const received = await buffer(socket);
		socket.write(frame('{"jsonrpc":"2.0","id":1,"result":0}'));
		socket.end(
			frame(`{"jsonrpc":"2.0","method":"got","params":["${sha(received)}"]}`),
		);
	});
	const tap = await tapSocket([...PREFIXED, "--json"]);
	const socket = tap.connect();
	for (const byte of sent) socket.write(Uint8Array.of(byte));
	socket.end();
	const answer = await buffer(socket);
	expect(answer.toString()).toContain(sha(sent));
	const lines = await tap.until("end");
	lines.push(...(await tap.until("end")));
	expect(
		lines.map(({ kind, from, code, offset }) => [kind, from, code, offset]),
	).toEqual([
		["open", undefined, undefined, undefined],
		["request", "client", undefined, 4],
		["fault", "client", "too-large", 41],
		["end", "client", undefined, undefined],
		["success", "server", undefined, 4],
		["notification", "server", undefined, 43],
		["end", "server", undefined, undefined],
	]);
	expect(lines[3]).toMatchObject({ items: 1, bytes: sent.length });
});

test("tells of input that ends inside a message", async () => {
	const [, fault, end] = await traceOf(
		'{"jsonrpc":"2.0","method":"m"}\n{"json',
		...NEWLINE,
	).then(fromClient);
	expect(fault).toMatchObject({ kind: "fault", code: "truncated", offset: 37 });
	expect(end).toMatchObject({ kind: "end", items: 1, bytes: 37 });
});

test("forwards a half-close: what comes after the client's end still arrives", async () => {
	await listen("server.sock", async (socket) => {
		const { length } = await buffer(socket);
		await delay(50);
		socket.end(`${length}\n`);
	});
	const tap = await tapSocket(["--stack", "newline", "--json"]);
	const socket = tap.connect();
	socket.end("12345\n");
	expect(await text(socket)).toBe("6\n");
	expect(
		(await tapStdio(["--stack", "newline"], ["sort"], "b\na\n")).stdout,
	).toBe("a\nb\n");
});

test("forwards a half-close: the client goes on after the server's end", async () => {
	let received: Promise<string> | undefined;
	await listen("server.sock", (socket) => {
		received = text(socket);
		socket.end("bye\n");
	});
	const tap = await tapSocket(["--stack", "newline"]);
	const socket = tap.connect();
	expect(await text(socket)).toBe("bye\n");
	await delay(50);
	socket.end("still here\n");
	await once(socket, "close");
	expect(await received).toBe("still here\n");
});

test("ends its stdout when the command ends its own, and lives on as that does", async () => {
	const child = start(
		[
			...["tap", "stdio", "--stack", "newline", "--"],
			...["sh", "-c", "echo hi; exec >&-; read line; exit 3"],
		],
		directory,
	);
	const { stdin, stdout } = child;
	if (stdin === null || stdout === null) throw new Error("no pipes");
	expect(await text(stdout)).toBe("hi\n");
	expect(child.exitCode).toBe(null);
	stdin.write("go\n");
	expect(await once(child, "exit")).toEqual([3, null]);
});

test("forwards a reset of the client's to the server, and of the server's to the client", async () => {
	const errors: string[] = [];
	const sockets: Socket[] = [];
	const server = await listen(0, (socket) => {
		sockets.push(socket);
		socket.on("error", ({ message }) => errors.push(`server: ${message}`));
		socket.resume();
	});
	const { port } = server.address() as AddressInfo;
	const tap = await tapSocket(["--stack", "newline", "--json"], {
		address: `tcp:127.0.0.1:${port}`,
		listen: "tcp:127.0.0.1:0",
	});
	for (const resets of ["client", "server"]) {
		const socket = tap.connect();
		socket.resume();
		socket.on("error", ({ message }) => errors.push(`client: ${message}`));
		socket.write("x\n");
		const before = await tap.until("item");
		expect(before.at(-1)).toMatchObject({ item: "x" });
		const mine = resets === "client" ? socket : sockets.at(-1);
		const theirs = resets === "client" ? sockets.at(-1) : socket;
		const closed = once(theirs as Socket, "close").catch(() => {});
		mine?.resetAndDestroy();
		await closed;
		expect(await tap.until("broken")).toMatchObject([
			{ from: resets, reason: "read ECONNRESET" },
		]);
	}
	expect(errors).toEqual([
		"server: read ECONNRESET",
		"client: read ECONNRESET",
	]);
});

/** Writes until nothing more is taken; returns how much was. */
async function fill(socket: Socket, limit: number): Promise<number> {
	const line = Buffer.from(`${"x".repeat(9999)}\n`);
	let quiet = 0;
	while (quiet < 5 && socket.bytesWritten < limit) {
		if (socket.writableNeedDrain) {
			quiet += 1;
			await Promise.race([
				once(socket, "drain").then(() => {
					quiet = 0;
				}),
				delay(100),
			]);
		} else socket.write(line);
	}
	return socket.bytesWritten;
}

const FAR_TOO_MUCH = 50_000_000;

test("does not read one side when the other does not read", async () => {
	let slow: Socket | undefined;
	await listen("server.sock", (socket) => {
		slow = socket;
	});
	const tap = await tapSocket([
		...["--stack", "newline", "--log", "tap.log", "--max-body", "0"],
	]);
	const socket = tap.connect();
	const taken = await fill(socket, FAR_TOO_MUCH);
	expect(taken).toBeLessThan(4_000_000);
	socket.end();
	// And all of it arrives when the other side reads again.
	let received = 0;
	slow?.on("data", ({ length }) => {
		received += length;
	});
	await once(slow as Socket, "end");
	expect(received).toBe(socket.bytesWritten);
	expect(received % 10_000).toBe(0);
});

test("does not read on when nobody reads the trace on its stdout", async () => {
	let received = 0;
	await listen("server.sock", (socket) => {
		socket.on("data", ({ length }) => {
			received += length;
		});
	});
	const child = start(
		[
			...["tap", "unix:server.sock", "--listen", "unix:tap.sock"],
			...["--stack", "newline", "--bodies"],
		],
		directory,
	);
	await once(child.stderr as Socket, "data");
	const socket = connect(join(directory, "tap.sock"));
	onTestFinished(() => void socket.destroy());
	// Never empty, as its reader is us.
	(child.stdout as Socket).pause();
	expect(await fill(socket, FAR_TOO_MUCH)).toBeLessThan(4_000_000);
	const before = received;
	child.stdout?.resume();
	await once(socket, "drain");
	while (received < socket.bytesWritten) await delay(10);
	expect(received).toBeGreaterThan(before);
});

test("never waits for a stderr that nobody reads, and says how much it dropped", async () => {
	const line = `"${"x".repeat(999)}"\n`;
	const input = line.repeat(5000);
	const child = start(
		[
			...["tap", "stdio", "--stack", "newline", "--bodies", "--json"],
			...["--", "sh", "-c", "head -n 5000; sleep 0.5; head -n 1; read more"],
		],
		directory,
	);
	const { stdin, stdout, stderr } = child;
	if (stdin === null || stdout === null || stderr === null)
		throw new Error("no pipes");
	let output = "";
	stdout.on("data", (chunk) => {
		output += chunk;
	});
	stderr.pause();
	stdin.write(input);
	while (output.length < input.length) await delay(10);
	expect(output).toBe(input);
	const trace = text(stderr.resume());
	// Now that it is read again.
	await delay(200);
	stdin.write('"more"\n');
	while (output.length === input.length) await delay(10);
	stdin.end();
	const lines = parse(await trace);
	const told = lines.filter(({ kind }) => kind === "item").length;
	const lost = lines
		.filter(({ kind }) => kind === "lost")
		.reduce((sum, { lost }) => sum + Number(lost), 0);
	expect(lost).toBeGreaterThan(5000);
	expect(told + lost).toBe(10_002);
});

test("tells of what the framing skipped, and decodes on behind it", () => {
	const layer = lengthPrefixed({ maxLength: 4, oversize: "skip" });
	const stack = { layer, gives: "bytes", expression: "length-prefixed" };
	const told: TraceEvent[] = [];
	const trace = new ConnectionTrace(
		decodingOf(stack as NamedStack, "auto"),
		(event) => told.push(event),
	);
	const bytes = Buffer.concat([frame("one"), frame("too long"), frame("two")]);
	for (const byte of bytes) trace.received("client", Uint8Array.of(byte), 0);
	trace.ended("client");
	expect(told.map(({ kind, details }) => [kind, details?.offset])).toEqual([
		...[
			["item", undefined],
			["skipped", 7],
		],
		...[
			["item", undefined],
			["end", undefined],
		],
	]);
	expect(told[1]).toMatchObject({
		remark: expect.stringMatching(/^too-large at byte 7: /),
		details: { code: "too-large" },
	});
	expect(told[3]?.details).toEqual({ items: 2, bytes: 26 });
});

test("forgets the oldest of too many unanswered requests, and says how many", () => {
	const told: TraceEvent[] = [];
	const trace = new ConnectionTrace(
		decodingOf(parseStack("newline,json-rpc"), "auto"),
		(event) => told.push(event),
	);
	const send = (from: Party, json: string): void =>
		trace.received(from, Buffer.from(`${json}\n`), 0);
	for (let id = 0; id < 10_003; id++)
		send("client", `{"jsonrpc":"2.0","id":${id},"method":"m"}`);
	for (const id of [2, 3])
		send("server", `{"jsonrpc":"2.0","id":${id},"result":0}`);
	expect(told.at(-2)?.method).toBe(undefined);
	expect(told.at(-2)?.remark).toBe(undefined);
	expect(told.at(-1)?.method).toBe("m");
	// And by what their ids take up.
	const id = "x".repeat(6_000_000);
	for (const end of ["1", "2"])
		send("client", `{"jsonrpc":"2.0","id":"${id}${end}","method":"m"}`);
	told.length = 0;
	trace.closed();
	expect(
		told.map(({ method, id, remark }) => [
			method,
			String(id).slice(-1),
			remark,
		]),
	).toEqual([
		["m", "2", undefined],
		[undefined, "d", "10003 older requests, which were not kept"],
	]);
});

test("goes on when an item cannot be shown", () => {
	const told: TraceEvent[] = [];
	const trace = new ConnectionTrace(
		decodingOf(parseStack("newline"), "auto"),
		(event) => {
			told.push(event);
			if (event.kind === "item") throw new Error("out of ink");
		},
	);
	trace.received("client", Buffer.from("a\nb\n"), 0);
	trace.received("client", Buffer.from("c\n"), 0);
	trace.ended("client");
	expect(told.map(({ kind }) => kind)).toEqual(["item", "fault", "end"]);
	expect(told[1]?.remark).toMatch(/^out of ink; /);
	expect(told[2]?.details).toMatchObject({ bytes: 6 });
});

test("shows items of bytes and of text as decode does", async () => {
	const bytes = Buffer.concat([frame("hé"), frame(Buffer.from("ffd8", "hex"))]);
	const members = (lines: Line[]): unknown[] =>
		fromClient(lines).map(({ kind, size, offset, item }) => [
			...[kind, size, offset, item],
		]);
	const decoded = async (
		input: Buffer,
		...args: string[]
	): Promise<unknown[]> =>
		members(await traceOf(input.toString("latin1"), ...args));
	// ASCII only, as the output of a command is compared as text.
	expect(await decoded(frame("hi"), "--stack", "length-prefixed")).toEqual([
		["item", 2, 4, "hi"],
		["end", undefined, undefined, undefined],
	]);
	expect(
		await decoded(frame("hi"), "--stack", "length-prefixed", "--bytes", "hex"),
	).toEqual([
		["item", 2, 4, { hex: "6869" }],
		["end", undefined, undefined, undefined],
	]);
	expect(await decoded(Buffer.from("a\tb\n"), "--stack", "lines")).toEqual([
		["item", 3, 0, "a\tb"],
		["end", undefined, undefined, undefined],
	]);
	// Whose size is not known: how it was written is not.
	expect(await decoded(Buffer.from('"x"\n'), "--stack", "json-lines")).toEqual([
		["item", undefined, 0, "x"],
		["end", undefined, undefined, undefined],
	]);
	await listen("server.sock", (socket) => socket.end(bytes));
	const tap = await tapSocket(["--stack", "length-prefixed"]);
	tap.connect().end();
	await tap.next();
	const lines = [await tap.next(), await tap.next(), await tap.next()];
	expect(lines.filter((line) => / item /.test(line))).toEqual([
		expect.stringMatching(/ item {9}3B "hé"$/),
		expect.stringMatching(/ item {9}2B \{"hex":"ffd8"\}$/),
	]);
});

test("cuts bodies short for people, and tells programs what it left out", async () => {
	const long = `{"jsonrpc":"2.0","method":"m","params":{"a":"${"😀".repeat(5000)}"}}\n`;
	const shown = async (...args: string[]): Promise<string> => {
		const { stderr } = await tapStdio([...NEWLINE, ...args], ["cat"], long);
		return stderr.split("\n")[1] ?? "";
	};
	expect(await shown()).toMatch(/ 20048B \{"a":"(?:😀){97}…$/u);
	expect(await shown("--max-body", "7")).toMatch(/ 20048B \{"a":"…$/);
	expect(await shown("--max-body", "0")).toMatch(/ m 20048B$/);
	expect(await shown("--bodies")).toMatch(/ 20048B \{"a":"(?:😀){5000}"\}$/u);
	const [, whole] = await traceOf(long, ...NEWLINE);
	expect(whole?.params).toEqual({ a: "😀".repeat(5000) });
	const [, cut] = await traceOf(long, ...NEWLINE, "--max-body", "100");
	expect(cut).toMatchObject({ omitted: "params", size: 20_048 });
	expect(cut).not.toHaveProperty("params");
	for (const content of ["é".repeat(5000), "\xff".repeat(5000)]) {
		const bytes = Buffer.from(content, content[0] === "é" ? "utf8" : "latin1");
		const { stderr } = await tapStdio(
			["--stack", "length-prefixed", "--max-body", "9"],
			["cat"],
			frame(bytes),
		);
		expect(stderr).toMatch(
			content[0] === "é" ? / "éééééééé…\n/ : / \{"hex":"f…\n/,
		);
	}
});

test("shows values as they stand on the wire, on one line", async () => {
	const pretty =
		'{\n\t"jsonrpc": "2.0",\n\t"method": "m",\n\t"params": {\n\t\t"big": 9007199254740993.10,\n\t\t"text": "a  b"\n\t}\n}';
	const { stdout, stderr } = await tapStdio(
		["--stack", "content-length,json-rpc(maxLength=1KiB)"],
		["cat"],
		`Content-Length: ${pretty.length}\r\n\r\n${pretty}`,
	);
	expect(stdout.endsWith(pretty)).toBe(true);
	expect(stderr).toContain(
		` notification m ${pretty.length}B {"big": 9007199254740993.10,"text": "a  b"}\n`,
	);
});

test("ties answers to requests by the exact id, in both directions", async () => {
	const ids = ["1", '"1"', "1.0", "9007199254740993", "null", '""'];
	const requests = ids.map(
		(id, i) => `{"jsonrpc":"2.0","id":${id},"method":"m${i}"}\n`,
	);
	const answers = ids.map((id) => `{"jsonrpc":"2.0","id":${id},"result":0}\n`);
	await listen("server.sock", (socket) => {
		socket.once("data", () => socket.end(answers.reverse().join("")));
	});
	const tap = await tapSocket([...NEWLINE, "--max-body", "0"]);
	tap.connect().end(requests.join(""));
	const shown: string[] = [];
	while (shown.filter((line) => / end /.test(line)).length < 2)
		shown.push(await tap.next());
	const told = (kind: RegExp): string[] =>
		shown
			.filter((line) => kind.test(line))
			.map((line) => / (m\d id=\S+) /.exec(line)?.[1] ?? line);
	expect(told(/ request /)).toEqual(ids.map((id, i) => `m${i} id=${id}`));
	expect(told(/ success /)).toEqual(
		ids.map((id, i) => `m${i} id=${id}`).reverse(),
	);
});

test("shows a batch as one line for each of its messages", async () => {
	const batch =
		'[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","method":"b"},5]';
	const { stderr } = await tapStdio(NEWLINE, ["cat"], `${batch}\n`);
	const [, ...lines] = stderr.split("\n");
	for (const [i, expected] of [
		/ request {6}a id=1 batch=1\/3 of 72B$/,
		/ notification b batch=2\/3 of 72B$/,
		/ invalid {6}batch=3\/3 of 72B A message must be an object; found 5$/,
	].entries())
		expect(lines[i]).toMatch(expected);
	const [, first] = await traceOf(`${batch}\n`, ...NEWLINE);
	expect(first).toMatchObject({
		method: "a",
		batch: { item: 1, of: 3, size: 72 },
	});
	expect(first).not.toHaveProperty("size");
});

test("tells at the end which requests nobody answered, the cancelled ones too", async () => {
	await listen("server.sock", (socket) => {
		socket.write('{"jsonrpc":"2.0","id":1,"method":"server/asks"}\n');
		socket.resume();
		socket.on("end", () => socket.end());
	});
	const tap = await tapSocket([...NEWLINE, "--json"]);
	tap
		.connect()
		.end(
			[
				'{"jsonrpc":"2.0","id":1,"method":"first"}',
				'{"jsonrpc":"2.0","id":"x","method":"second"}',
				'{"jsonrpc":"2.0","id":3,"method":"third"}',
				'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"x"}}',
				'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3,"reason":"r"}}',
				'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":4}}\n',
			].join("\n"),
		);
	const lines = [
		...(await tap.until("unanswered")),
		...(await tap.until("unanswered")),
		...(await tap.until("unanswered")),
		...(await tap.until("unanswered")),
	];
	expect(
		lines
			.filter(({ kind }) => kind === "notification")
			.map(({ cancels }) => cancels),
	).toEqual(["second", "third", undefined]);
	expect(
		lines
			.filter(({ kind }) => kind === "unanswered")
			.map((line) => without(line, "time", "latency", "kind", "client")),
	).toEqual([
		{ from: "client", method: "first", id: 1 },
		{ from: "client", method: "second", id: "x", cancelled: true },
		{ from: "client", method: "third", id: 3, cancelled: true },
		{ from: "server", method: "server/asks", id: 1 },
	]);
	expect(lines.at(-1)?.latency).toBeGreaterThan(0);
});

test("marks an id that is used twice at once, an answer to nothing, and an answer that came after all", async () => {
	await listen("server.sock", (socket) => {
		socket.once("data", () =>
			socket.end(
				[
					'{"jsonrpc":"2.0","id":1,"result":"first"}',
					'{"jsonrpc":"2.0","id":1,"result":"second"}',
					'{"jsonrpc":"2.0","id":1,"result":"third"}',
					'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}\n',
				].join("\n"),
			),
		);
	});
	const tap = await tapSocket([...NEWLINE, "--json"]);
	tap
		.connect()
		.end(
			[
				'{"jsonrpc":"2.0","id":1,"method":"a"}',
				'{"jsonrpc":"2.0","id":1,"method":"b"}',
				'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}\n',
			].join("\n"),
		);
	const lines = (await tap.until("error")).filter(({ kind }) =>
		["request", "success", "error"].includes(kind),
	);
	expect(
		lines.map(({ method, idInUse, unasked, cancelled, result }) => ({
			...{ method, idInUse, unasked, cancelled, result },
		})),
	).toEqual([
		{ method: "a" },
		{ method: "b", idInUse: true },
		{ method: "a", result: "first" },
		{ method: "b", result: "second", cancelled: true },
		{ unasked: true, result: "third" },
		{},
	]);
});

test("lets no control character of a peer's reach the terminal", async () => {
	const evil = "\u007f\u009b31m\u0085\u2028\u202e\u2066";
	const escapes = "\\u001b]0;owned\\u0007\\n\\u202e";
	const lines = [
		`{"jsonrpc":"2.0","id":"${evil}","method":"${evil}","params":["${evil}"]}`,
		`{"jsonrpc":"2.0","id":"${escapes}","method":"${escapes}","params":["${escapes}"]}`,
		`{"jsonrpc":"2.0","id":"1","error":{"code":1,"message":"${evil}","data":"${evil}"}}`,
		`not ${evil}\u001b[2J`,
		`{"jsonrpc":"${evil}"}`,
	];
	const input = `${lines.join("\n")}\n`;
	for (const args of [NEWLINE, ["--stack", "newline"], ["--stack", "lines"]])
		for (const form of [[], ["--json"]]) {
			const { stderr } = await tapStdio([...args, ...form], ["cat"], input);
			expect(stderr.replaceAll("\n", "")).not.toMatch(
				/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u,
			);
			const told = stderr.split("\n");
			// open, five items each way, two ends, exit, two unanswered twice.
			expect(told.length).toBeGreaterThanOrEqual(14);
			if (form.length === 0) continue;
			for (const line of told.slice(0, -1)) JSON.parse(line);
		}
	const [, first, second] = await traceOf(input, ...NEWLINE);
	expect(first).toMatchObject({ id: evil, method: evil, params: [evil] });
	expect(second?.params).toEqual(["\u001b]0;owned\u0007\n\u202e"]);
});

test("keeps long ids, methods and reasons from flooding the terminal, and programs get them whole", async () => {
	const long = "x".repeat(1_000_000);
	const request = `{"jsonrpc":"2.0","id":"${long}","method":"${long}"}\n`;
	const { stderr } = await tapStdio(NEWLINE, ["cat"], request);
	for (const line of stderr.split("\n")) expect(line.length).toBeLessThan(700);
	const [, told] = await traceOf(request, ...NEWLINE);
	expect(told).toMatchObject({ id: long, method: long });
});

test("numbers many clients, each with its own requests", async () => {
	await listen("server.sock", (socket) => {
		socket.on("data", (chunk: Buffer) => {
			const { id, method } = JSON.parse(chunk.toString());
			socket.write(
				`{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(method)}}\n`,
			);
		});
		socket.on("end", () => socket.end());
	});
	const tap = await tapSocket([...NEWLINE, "--json"]);
	const sockets = Array.from({ length: 20 }, () => tap.connect());
	await Promise.all(
		sockets.map(async (socket, i) => {
			await once(socket, "connect");
			socket.write(`{"jsonrpc":"2.0","id":1,"method":"m${i}"}\n`);
			expect((await once(socket, "data")).toString()).toContain(`"m${i}"`);
			socket.end();
			await once(socket.resume(), "close");
		}),
	);
	const lines = await tap.stop();
	for (let client = 1; client <= 20; client++) {
		const own = lines.filter((line) => line.client === client);
		expect(own.map(({ kind }) => kind)).toEqual([
			...["open", "request", "success", "end", "end"],
		]);
		expect(own[2]).toMatchObject({
			method: own[1]?.method,
			result: own[1]?.method,
		});
	}
	expect(new Set(lines.map(({ client }) => client)).size).toBe(20);
});

test("starts a command for every client, and ends it with that", async () => {
	const tap = await tapSocket(["--stack", "newline", "--json"], {
		address: "stdio",
		listen: "tcp:127.0.0.1:0",
		command: ["sh", "-c", "echo $$; read line; echo $line; exit 5"],
	});
	const sockets = [tap.connect(), tap.connect()];
	for (const socket of sockets) socket.write("hello\n");
	const output = await Promise.all(sockets.map((socket) => text(socket)));
	for (const lines of output) expect(lines).toMatch(/^\d+\nhello\n$/);
	expect(output[0]).not.toBe(output[1]);
	for (const socket of sockets) socket.end();
	const lines = [...(await tap.until("exit")), ...(await tap.until("exit"))];
	expect(
		lines.filter(({ kind }) => kind === "exit").map(({ code }) => code),
	).toEqual([5, 5]);
});

test("connects its stdin and stdout to a server at an address", async () => {
	await listen("server.sock", async (socket) => {
		socket.end((await text(socket)).toUpperCase());
	});
	const { stdout, stderr, code } = await framewright(
		["tap", "unix:server.sock", "--stack", "lines", "--json"],
		{ input: "hello\n", cwd: directory },
	);
	expect(stdout).toBe("HELLO\n");
	expect(code).toBe(0);
	expect(parse(stderr).map(({ from, item }) => [from, item])).toEqual([
		...[
			[undefined, undefined],
			["client", "hello"],
			["client", undefined],
		],
		...[
			["server", "HELLO"],
			["server", undefined],
		],
	]);
});

test.each([
	["exit 0", 0, { code: 0 }],
	["exit 7", 7, { code: 7 }],
	["kill -TERM $$", 143, { signal: "SIGTERM" }],
	["kill -KILL $$", 137, { signal: "SIGKILL" }],
])("ends as `sh -c '%s'` does", async (script, expected, told) => {
	const { code, stdout, stderr } = await tapStdio(
		["--stack", "newline", "--json"],
		["sh", "-c", script],
	);
	expect(code).toBe(expected);
	expect(stdout).toBe("");
	expect(parse(stderr).at(-1)).toMatchObject({ kind: "exit", ...told });
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
	"passes %s on to the command, and ends as that does",
	async (signal) => {
		writeFileSync(
			join(directory, "server.mjs"),
			`process.on("${signal}", () => { console.log("${signal}"); process.exit(9); });
			process.stdin.resume(); console.log("ready");`,
		);
		const child = start(
			[
				...["tap", "stdio", "--stack", "newline", "--log", "tap.log"],
				...["--", process.execPath, "server.mjs"],
			],
			directory,
		);
		const output = outcome(child);
		while (!existsSync(join(directory, "tap.log"))) await delay(10);
		while (!/"ready"/.test(readFileSync(join(directory, "tap.log"), "utf8")))
			await delay(10);
		child.kill(signal);
		expect(await output).toEqual({
			stdout: `ready\n${signal}\n`,
			stderr: "",
			code: 9,
		});
	},
);

test("makes a command end that does not heed SIGTERM", async () => {
	const child = start(
		[
			...["tap", "stdio", "--stack", "newline", "--json"],
			...[
				"--",
				"sh",
				"-c",
				"trap '' TERM; echo ready; while :; do sleep 1; done",
			],
		],
		directory,
	);
	const output = outcome(child);
	await once(child.stdout as Socket, "data");
	child.kill("SIGTERM");
	const { code, stderr } = await output;
	expect(code).toBe(137);
	expect(parse(stderr).at(-1)).toMatchObject({
		kind: "exit",
		signal: "SIGKILL",
	});
}, 30_000);

test.each(["SIGINT", "SIGTERM"] as const)(
	"ends at %s with clients connected, and takes the socket file along",
	async (signal) => {
		await listen("server.sock", (socket) => void socket.resume());
		const tap = await tapSocket([...NEWLINE, "--json"]);
		const socket = tap.connect();
		socket.write('{"jsonrpc":"2.0","id":1,"method":"m"}\n');
		await tap.until("request");
		const ended = once(socket.resume(), "end");
		tap.child.kill(signal);
		expect(await once(tap.child, "exit")).toEqual([0, null]);
		await ended;
		expect(existsSync(join(directory, "tap.sock"))).toBe(false);
		expect(await tap.until("unanswered")).toMatchObject([{ method: "m" }]);
	},
);

test("ends when the reader of its stdout has gone, and takes the socket file along", async () => {
	await listen("server.sock", (socket) => void socket.resume());
	const tap = await tapSocket(["--stack", "newline"]);
	const exited = once(tap.child, "exit");
	tap.child.stdout?.destroy();
	tap.connect().write("x\n");
	expect(await exited).toEqual([0, null]);
	expect(existsSync(join(directory, "tap.sock"))).toBe(false);
});

test("outlives a client that goes without a word, and tells the command", async () => {
	const child = start(
		["tap", "stdio", "--stack", "newline", "--log", "tap.log", "--", "cat"],
		directory,
	);
	child.stdin?.on("error", () => {});
	child.stdin?.write("hello\n");
	await once(child.stdout as Socket, "data");
	child.stdout?.destroy();
	child.stdin?.write("hello?\n");
	child.stdin?.end();
	await once(child, "close");
	const log = readFileSync(join(directory, "tap.log"), "utf8");
	expect(log).toMatch(/--> +broken +write EPIPE/);
	expect(log).toMatch(/<-- +exit +/);
});

test("tells of a server that is not there, and goes on for when it is", async () => {
	const tap = await tapSocket([...NEWLINE, "--json"]);
	expect(await text(tap.connect()).catch(() => "")).toBe("");
	const [refused] = await tap.until("broken");
	expect(refused).toMatchObject({
		client: 1,
		from: "server",
		reason: expect.stringMatching(/^cannot connect to unix:server\.sock: /),
	});
	await listen("server.sock", (socket) => socket.end("{}\n"));
	const socket = tap.connect();
	expect(await text(socket)).toBe("{}\n");
	socket.end();
	expect((await tap.until("invalid")).at(-1)).toMatchObject({ client: 2 });
});

test("appends to a log that is nobody else's, whole lines at once", async () => {
	for (let run = 1; run <= 2; run++) {
		const { stderr } = await tapStdio(
			[...NEWLINE, "--json", "--absolute", "--log", "tap.log"],
			["sh", "-c", "echo oops >&2"],
		);
		expect(stderr).toBe("oops\n");
		const file = join(directory, "tap.log");
		const log = parse(readFileSync(file, "utf8"));
		expect(log.filter(({ kind }) => kind === "open").length).toBe(run);
		expect(statSync(file).mode & 0o777).toBe(0o600);
		for (const { time } of log)
			expect(Math.abs(Date.parse(String(time)) - Date.now())).toBeLessThan(
				60_000,
			);
	}
});

test.runIf(existsSync("/dev/full"))(
	"says once that the disk is full, and goes on forwarding",
	async () => {
		expect(
			await tapStdio(
				["--stack", "newline", "--log", "/dev/full"],
				["cat"],
				"a\nb\n",
			),
		).toEqual({
			stdout: "a\nb\n",
			stderr: expect.stringMatching(
				/^framewright: the trace ends here: cannot write \/dev\/full: ENOSPC.*\n$/,
			),
			code: 0,
		});
	},
);

test("has colours for a terminal only", async () => {
	const event: TraceEvent = {
		kind: "error",
		now: performance.now(),
		from: "server",
		method: "m",
	};
	const options = { json: false, maxBody: 0, absolute: false };
	const coloured = lineWriter({ ...options, colours: true })(event);
	expect(coloured).toContain("\u001b[31merror       \u001b[39m");
	expect(lineWriter({ ...options, colours: false })(event)).not.toContain(
		"\u001b",
	);
	const { stderr } = await tapStdio(NEWLINE, ["cat"], "{}\n");
	expect(stderr).toContain(" invalid ");
	expect(stderr).not.toContain("\u001b");
});

test.each([
	[["stdio"], "stdio, and only stdio, needs a command", 2],
	[["unix:s.sock", "--", "cat"], "stdio, and only stdio, needs a command", 2],
	[["stdio", "--", "no-such-command"], "cannot start no-such-command: ", 4],
	[["unix:none.sock"], "cannot connect to unix:none.sock: ", 4],
	[
		["unix:none.sock", "--listen", "unix:no/such/directory/s.sock"],
		"cannot listen on unix:no/such/directory/s.sock: ",
		4,
	],
	[["stdio", "--listen", "x", "--", "cat"], "expected an address", 2],
	[["stdio", "--max-body", "-1", "--", "cat"], "--max-body must be", 2],
	[
		["stdio", "--max-body", "1", "--bodies", "--", "cat"],
		"give --bodies or --max-body",
		2,
	],
	[
		["stdio", "--log", "no/such/directory/log", "--", "cat"],
		"cannot write no/such/directory/log: ",
		2,
	],
])("tap %j fails in one line", async (args, complaint, code) => {
	const dashes = args.indexOf("--");
	const at = dashes === -1 ? args.length : dashes;
	const outcome = await framewright(
		["tap", ...args.slice(0, at), ...NEWLINE, ...args.slice(at)],
		{ cwd: directory },
	);
	expect(outcome.stdout).toBe("");
	expect(outcome.stderr).toMatch(/^framewright: .+\n$/);
	expect(outcome.stderr).toContain(complaint);
	expect(outcome.code).toBe(code);
});
