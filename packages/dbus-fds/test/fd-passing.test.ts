import { spawn, spawnSync } from "node:child_process";
import { connect, createServer, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { fdPassing, whyNoFdPassing } from "@framewright/dbus-fds/node";
import { describe, expect, onTestFinished, test } from "vitest";
import { listen, passing, theFdPassing } from "./fds.ts";

test("either it is there, or why it is not", () => {
	expect(fdPassing() === undefined).toBe(whyNoFdPassing() !== undefined);
	expect(fdPassing()).toBe(fdPassing());
});

/** Runs a module in a Node of its own. */
function run(source: string, ...options: string[]) {
	const { status, signal, stdout, stderr } = spawnSync(
		process.execPath,
		[
			...["--conditions=@framewright/source", "--no-warnings"],
			...["--input-type=module", ...options, "--eval", source],
		],
		{ encoding: "utf8", cwd: import.meta.dirname, timeout: 30_000 },
	);
	return { status, signal, said: stdout.trim(), stderr };
}

const importing =
	'import { fdPassing, whyNoFdPassing } from "@framewright/dbus-fds/node";';

describe.skipIf(passing === undefined)("Where Node has node:ffi", () => {
	test("without it, and in a worker, it says so", () => {
		const tell = `${importing} console.log(fdPassing(), whyNoFdPassing());`;
		expect(run(tell, "--no-experimental-ffi").said).toMatch(
			/^undefined Node \d+\.\d+\.\d+ has no node:ffi/,
		);
		const inWorker = `import { Worker } from "node:worker_threads";
			new Worker(${JSON.stringify(`import("@framewright/dbus-fds/node").then((m) => console.log(m.fdPassing(), m.whyNoFdPassing()))`)}, { eval: true });`;
		expect(run(inWorker).said).toBe(
			"undefined only the main thread is supported",
		);
	});

	test.each([
		["process.exit(3)", 3],
		["setTimeout(() => { throw new Error('out') })", 1],
		["setTimeout(() => socket.source.cancel() || socket.sink.abort(), 50)", 0],
	])(
		"a process ends as it should with a socket that is being read: %s",
		async (how, status) => {
			const { path } = await listen((socket) => socket.resume());
			// The server is in this process, which must not be blocked.
			const { spawn } = await import("node:child_process");
			const child = spawn(
				process.execPath,
				[
					...["--conditions=@framewright/source", "--no-warnings"],
					...["--input-type=module", "--eval"],
					`${importing}
				const socket = await fdPassing().connect(${JSON.stringify(path)});
				void socket.source.read();
				${how}`,
				],
				{ cwd: import.meta.dirname, stdio: "ignore" },
			);
			onTestFinished(() => void child.kill("SIGKILL"));
			const [code, signal] = await new Promise<unknown[]>((resolve) =>
				child.once("exit", (...how) => resolve(how)),
			);
			expect([code, signal]).toEqual([status, null]);
		},
	);

	test("descriptors that were lost are an error, and those that came with them are closed", async () => {
		const { path } = await listen((socket) => {
			const { sink } = theFdPassing().accept(socket);
			const fds = Array<number>(200).fill(1);
			void sink.write({ bytes: Uint8Array.of(1), fds });
		});
		const source = `${importing}
			import { readdirSync } from "node:fs";
			const { source, sink } = await fdPassing().connect(${JSON.stringify(path)});
			const before = readdirSync("/proc/self/fd").length;
			const told = await source.read().catch((error) => error.message);
			console.log(told, before - readdirSync("/proc/self/fd").length);
			sink.abort();`;
		const child = spawn(
			"sh",
			[
				...["-c", 'ulimit -n 80; exec "$@"', "sh", process.execPath],
				...["--conditions=@framewright/source", "--no-warnings"],
				...["--input-type=module", "--eval", source],
			],
			{ cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
		);
		onTestFinished(() => void child.kill("SIGKILL"));
		expect((await text(child.stdout)).trim()).toBe(
			"Descriptors were lost: the process has too many open 0",
		);
	});

	test("connecting rejects as net.connect does, and when it is aborted", async () => {
		await expect(theFdPassing().connect("/none")).rejects.toMatchObject({
			code: "ENOENT",
		});
		const reason = new Error("enough");
		await expect(
			theFdPassing().connect("/none", { signal: AbortSignal.abort(reason) }),
		).rejects.toBe(reason);
	});

	test("accept refuses what is no fresh Unix socket", async () => {
		expect(() => theFdPassing().accept(undefined)).toThrow(TypeError);
		expect(() => theFdPassing().accept(new Socket())).toThrow(TypeError);
		const server = createServer().listen(0, "127.0.0.1");
		onTestFinished(() => void server.close());
		await new Promise((resolve) => server.once("listening", resolve));
		const { port } = server.address() as { port: number };
		const client = connect(port, "127.0.0.1");
		onTestFinished(() => void client.destroy());
		await new Promise((resolve) => client.once("connect", resolve));
		expect(() => theFdPassing().accept(client)).toThrow("a Unix socket");
	});

	test("closing what is no descriptor does nothing", () => {
		theFdPassing().close(-1);
		theFdPassing().close(9999);
	});
});
