import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Duplex, PassThrough } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { DecodeError } from "@framewright/codec";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { nodeChannel } from "@framewright/streams/node";
import { afterAll, describe, expect, test } from "vitest";
import {
	behavesAsChannel,
	bytes,
	collect,
	reasonOf,
	text,
} from "./behaviour.ts";

const directory = mkdtempSync(join(tmpdir(), "framewright-"));
afterAll(() => rmSync(directory, { recursive: true }));

let paths = 0;
const newPath = (): string => join(directory, `${paths++}.sock`);

async function socketPair(
	at: net.ListenOptions = { path: newPath() },
	options: net.ServerOpts = { allowHalfOpen: true },
): Promise<[near: net.Socket, far: net.Socket]> {
	const server = net.createServer(options).listen(at);
	await once(server, "listening");
	const address = server.address() as net.AddressInfo | string;
	const near = net.connect({
		...(typeof address === "string" ? { path: address } : address),
		...options,
	} as net.NetConnectOpts);
	const [[far]] = await Promise.all([
		once(server, "connection"),
		once(near, "connect"),
	]);
	server.close();
	return [near, far];
}

const overTcp: net.ListenOptions = { host: "127.0.0.1", port: 0 };

function start(
	name: string,
	...args: string[]
): ChildProcessWithoutNullStreams {
	const program = fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
	const child = spawn(process.execPath, [
		"--conditions=@framewright/source",
		program,
		...args,
	]);
	child.stderr.pipe(process.stderr);
	return child;
}

const listenersOf = (stream: Duplex): Record<string, number> =>
	Object.fromEntries(
		stream
			.eventNames()
			.map((name) => [String(name), stream.listenerCount(name)]),
	);

behavesAsChannel(
	"a Unix socket",
	async (near, far) => {
		const [a, b] = await socketPair();
		return [nodeChannel(a, near.layer, near), nodeChannel(b, far.layer, far)];
	},
	{ slack: 700_000, deliversAfterAbort: true },
);

describe("nodeChannel", () => {
	test("sends a large payload without a copy, behind what was gathered, and lets go of it when send has resolved", async () => {
		const [near, far] = await socketPair();
		const channel = nodeChannel(near, lengthPrefixed());
		const peer = nodeChannel(far, lengthPrefixed());
		const written: Uint8Array[] = [];
		const write = near.write.bind(near) as (...args: unknown[]) => boolean;
		near.write = (chunk: unknown, ...rest: unknown[]) => {
			written.push(chunk as Uint8Array);
			return write(chunk, ...rest);
		};
		const payload = new Uint8Array(300_000).fill(1);
		const received = (async () => {
			const sums: number[] = [];
			for await (const item of peer)
				sums.push(item.reduce((sum, byte) => sum + byte, 0));
			return sums;
		})();
		for (const expected of [1, 2, 3]) {
			void channel.send(Uint8Array.of(9));
			await channel.send(payload);
			void channel.send(Uint8Array.of(expected));
			payload.fill(expected + 1);
		}
		await channel.close();
		expect(await received).toEqual([
			9, 300_000, 1, 9, 600_000, 2, 9, 900_000, 3,
		]);
		expect(written.filter((chunk) => chunk === payload)).toHaveLength(3);
		await peer.close();
	});

	test("rejects the sends of a large payload and of what waits behind it when it is aborted", async () => {
		const [near, far] = await socketPair(overTcp);
		const payload = new Uint8Array(64 * 1024 * 1024);
		const channel = nodeChannel(
			near,
			lengthPrefixed({ maxLength: payload.length }),
		);
		const sends = [bytes("x"), payload, bytes("y"), payload].map((item) =>
			channel.send(item),
		);
		await sends[0];
		channel.abort(new Error("gone"));
		for (const send of sends.slice(1))
			expect(await reasonOf(send)).toMatchObject({ message: "gone" });
		far.destroy();
	});

	test("reports a connection that is reset, to the iteration and to send", async () => {
		const [near, far] = await socketPair(overTcp);
		const channel = nodeChannel(near, lengthPrefixed());
		const iteration = collect(channel);
		far.resetAndDestroy();
		const { error } = await iteration;
		expect(error).toMatchObject({ code: "ECONNRESET" });
		expect(await reasonOf(channel.send(bytes("x")))).toBe(error);
		expect(await reasonOf(channel.closed)).toBe(error);
	});

	test("reports a connection that the peer no longer reads, to send and to the iteration", async () => {
		const [near, far] = await socketPair();
		const channel = nodeChannel(near, lengthPrefixed());
		far.destroy();
		await once(far, "close");
		const sends = async () => {
			for (;;) await channel.send(new Uint8Array(1024));
		};
		const error = await reasonOf(sends());
		expect(error).toMatchObject({ code: "EPIPE" });
		expect((await collect(channel)).error).toBe(error);
		expect(await reasonOf(channel.closed)).toBe(error);
	});

	test("reports a break while nobody reads or sends", async () => {
		const [near, far] = await socketPair(overTcp);
		const channel = nodeChannel(near, lengthPrefixed());
		far.resetAndDestroy();
		expect(await reasonOf(channel.closed)).toMatchObject({
			code: "ECONNRESET",
		});
	});

	test("reports a stream that somebody else destroyed", async () => {
		const [near, far] = await socketPair();
		const channel = nodeChannel(near, lengthPrefixed());
		const iteration = collect(channel);
		near.destroy();
		const { error } = await iteration;
		expect(error).toMatchObject({ code: "ERR_STREAM_PREMATURE_CLOSE" });
		expect(await reasonOf(channel.send(bytes("x")))).toBe(error);
		far.destroy();
	});

	test("goes on reading when the stream that it writes to is destroyed", async () => {
		const readable = new PassThrough();
		const writable = new PassThrough();
		const channel = nodeChannel({ readable, writable }, lengthPrefixed());
		writable.destroy();
		await once(writable, "close");
		const error = await reasonOf(channel.send(bytes("x")));
		expect(error).toMatchObject({ code: "ERR_STREAM_PREMATURE_CLOSE" });
		readable.end(Uint8Array.of(0, 0, 0, 1, 97));
		expect(await collect(channel)).toEqual({ items: ["a"], error });
	});

	test("fails at once over a stream that is destroyed already", async () => {
		const broken = new PassThrough();
		const cause = new Error("gone before");
		const error = once(broken, "error");
		broken.destroy(cause);
		await error;
		const channel = nodeChannel(broken, lengthPrefixed());
		expect((await collect(channel)).error).toBe(cause);
		expect(await reasonOf(channel.send(bytes("x")))).toBe(cause);
	});

	test("hands over what arrived before the connection broke", async () => {
		const [near, far] = await socketPair(overTcp);
		const channel = nodeChannel(near, lengthPrefixed());
		far.write(Uint8Array.of(0, 0, 0, 1, 97, 0, 0, 0, 1, 98, 0, 0, 0, 1, 99));
		const iterator = channel[Symbol.asyncIterator]();
		expect(text((await iterator.next()).value)).toBe("a");
		far.resetAndDestroy();
		const error = await reasonOf(channel.closed);
		expect(await collect(channel)).toEqual({ items: ["b", "c"], error });
	});

	test("is closed by the peer's end where Node ends our direction by itself", async () => {
		const [near, far] = await socketPair(undefined, { allowHalfOpen: false });
		const channel = nodeChannel(near, lengthPrefixed());
		const peer = nodeChannel(far, lengthPrefixed());
		await peer.send(bytes("bye"));
		await peer.close();
		expect(await collect(channel)).toEqual({
			items: ["bye"],
			error: undefined,
		});
		await channel.closed;
		await channel.close();
		expect(String(await reasonOf(channel.send(bytes("x"))))).toMatch(/ended/);
		await collect(peer);
		await peer.closed;
	});

	test("leaves no listener on the stream, however it ends", async () => {
		const endings: Array<(channel: ReturnType<typeof nodeChannel>) => unknown> =
			[
				(channel) => channel.close(),
				(channel) => channel.abort(),
				(channel) => channel.send(Uint8Array.of(255, 255, 255, 255)),
			];
		for (const end of endings) {
			const [near, far] = await socketPair();
			const before = listenersOf(near);
			const peer = nodeChannel(far, lengthPrefixed());
			const channel = nodeChannel(near, lengthPrefixed());
			const closed = Promise.all([once(near, "close"), once(far, "close")]);
			expect(listenersOf(near)).not.toEqual(before);
			const iterations = [collect(channel), collect(peer)];
			await end(channel);
			if (end === endings[2]) far.end(Uint8Array.of(255, 255, 255, 255));
			else await peer.close().catch(() => {});
			await Promise.all(iterations);
			channel.abort();
			await closed;
			const { close: _, ...left } = listenersOf(near);
			expect(left).toEqual(before);
		}
	});

	test("reads nothing before it is asked to, and then no more than the stream's buffers hold", async () => {
		const [near, far] = await socketPair();
		far.on("error", () => {});
		const size = 65_536;
		const frame = new Uint8Array(4 + size);
		new DataView(frame.buffer).setUint32(0, size);
		for (let i = 0; i < 100; i++) far.write(frame);
		const channel = nodeChannel(near, lengthPrefixed());
		const iterator = channel[Symbol.asyncIterator]();
		for (let i = 1; i <= 20; i++) {
			const { value } = await iterator.next();
			expect(value).toHaveLength(size);
			const ahead = near.bytesRead - i * frame.length;
			expect(ahead).toBeLessThanOrEqual(4 * near.readableHighWaterMark);
		}
		channel.abort();
	});

	test("talks over a child process's stdio, which goes on to use its stdout and ends by itself", async () => {
		const child = start("echo-stdio.ts");
		const exit = once(child, "exit");
		const channel = nodeChannel(
			{ readable: child.stdout, writable: child.stdin },
			lengthPrefixed(),
		);
		const iterator = channel[Symbol.asyncIterator]();
		const large = new Uint8Array(300_000).fill(7);
		for (const item of [bytes("one"), large]) {
			await channel.send(item);
			expect((await iterator.next()).value).toEqual(item);
		}
		await channel.close();
		// "stdo" is no prefix of ours: that it arrives shows that the child could still write.
		const { error } = await collect(channel);
		expect(error).toMatchObject({ code: "too-large" });
		expect(error).toBeInstanceOf(DecodeError);
		expect(await exit).toEqual([0, null]);
	});

	test("lets a process end that aborts the channel over its own stdio, and spares its stdout", async () => {
		const child = start("abort-stdio.ts");
		const exit = once(child, "exit");
		const output = textOf(child.stdout);
		child.stdin.on("error", () => {});
		child.stdin.write(Uint8Array.of(0, 0, 0, 2, 104, 105));
		expect(await exit).toEqual([0, null]);
		expect(await output).toBe("\0\0\0\x02histdout lives");
		child.stdin.destroy();
	});

	test("hears out a child process that does not listen any more", async () => {
		const child = start("last-words.ts");
		const channel = nodeChannel(
			{ readable: child.stdout, writable: child.stdin },
			lengthPrefixed(),
		);
		const iterator = channel[Symbol.asyncIterator]();
		expect(text((await iterator.next()).value)).toBe("hi");
		const sends = async () => {
			for (;;) await channel.send(new Uint8Array(1024));
		};
		const error = await reasonOf(sends());
		expect(error).toMatchObject({ code: "EPIPE" });
		child.kill("SIGUSR2");
		expect(await collect(channel)).toEqual({ items: ["bye"], error });
		expect(await reasonOf(channel.closed)).toBe(error);
	});

	test("lets a process end by itself when its channels are closed", async () => {
		const child = start("client-and-server.ts", newPath());
		const exit = once(child, "exit");
		expect(await textOf(child.stdout)).toBe("hello\n");
		expect(await exit).toEqual([0, null]);
	});

	test("refuses a stream that decodes text", () => {
		const stream = new PassThrough().setEncoding("utf8");
		expect(() => nodeChannel(stream, lengthPrefixed())).toThrow(TypeError);
	});
});

describe("A server of channels", () => {
	test("survives hostile clients, and does not let others feel them", async () => {
		const faults: unknown[] = [];
		const path = newPath();
		const layer = lengthPrefixed({ maxLength: 1024 });
		const server = net.createServer({ allowHalfOpen: true }, async (socket) => {
			const channel = nodeChannel(socket, layer);
			try {
				for await (const item of channel) await channel.send(item);
				await channel.close();
			} catch (error) {
				faults.push(error);
			}
		});
		await once(server.listen(path), "listening");

		const good = nodeChannel(net.connect(path), layer);
		const answers = good[Symbol.asyncIterator]();
		const stillServed = async () => {
			await good.send(bytes("still there?"));
			expect(text((await answers.next()).value)).toBe("still there?");
		};
		await stillServed();

		const attack = async (
			act: (socket: net.Socket) => unknown,
			expected: object,
		) => {
			const count = faults.length;
			const socket = net.connect(path);
			socket.on("error", () => {});
			const closed = new Promise((resolve) => socket.on("close", resolve));
			await act(socket);
			socket.resume();
			await closed;
			await stillServed();
			expect(faults).toHaveLength(count + 1);
			expect(faults[count]).toMatchObject(expected);
			expect(faults[count]).toBeInstanceOf(DecodeError);
		};
		const garbage = Uint8Array.from({ length: 4096 }, (_, i) => 255 - (i % 7));
		await attack(
			async (socket) => {
				while (!socket.destroyed) {
					socket.write(garbage);
					await new Promise(setImmediate);
				}
			},
			{ code: "too-large", offset: 0 },
		);
		await attack(
			async (socket) => {
				for (const byte of [0, 0, 0, 1, 97, 0, 0, 4, 1]) {
					socket.write(Uint8Array.of(byte));
					await new Promise(setImmediate);
				}
			},
			{ code: "too-large", offset: 5 },
		);
		await attack((socket) => socket.end(Uint8Array.of(0, 0, 0, 9, 1, 2)), {
			code: "truncated",
			offset: 6,
		});
		const endless = new Uint8Array(65_536);
		endless.set([0, 0, 0, 1, 97, 127]);
		await attack((socket) => socket.write(endless), {
			code: "too-large",
			offset: 5,
		});

		await good.close();
		expect(await answers.next()).toEqual({ value: undefined, done: true });
		await good.closed;
		server.close();
		await once(server, "close");
	});
});
