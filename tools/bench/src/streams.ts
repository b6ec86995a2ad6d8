import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import { lengthPrefixed } from "@framewright/length-prefixed";
import type { Channel } from "@framewright/streams";
import { portChannel } from "@framewright/streams/message-port";
import { nodeChannel } from "@framewright/streams/node";
import { createRingPair, ringChannel } from "@framewright/streams/ring-buffer";
import { webChannel } from "@framewright/streams/web";
import { acknowledge } from "./acknowledge.ts";
import { race } from "./race.ts";
import { rates, type Table } from "./results.ts";
import { MiB } from "./workload.ts";

const framing = lengthPrefixed();
const receiver = join(import.meta.dirname, "receiver.ts");
const node = ["--conditions=@framewright/source", receiver];

/** A channel whose other end acknowledges, and how to be done with it. */
interface Line {
	readonly channel: Channel<Uint8Array>;
	end(): Promise<unknown>;
}

const transports: Record<string, () => Promise<Line>> = {
	async "Unix socket"() {
		const directory = await mkdtemp(join(tmpdir(), "framewright-"));
		const path = join(directory, "bench.sock");
		const server = createServer({ allowHalfOpen: true });
		await once(server.listen(path), "listening");
		const child = spawn(process.execPath, [...node, path]);
		const [socket] = (await once(server, "connection")) as [Socket];
		server.close();
		return {
			channel: nodeChannel(socket, framing),
			end: async () => {
				await once(child, "exit");
				await rm(directory, { recursive: true });
			},
		};
	},
	async "child's stdio"() {
		const child = spawn(process.execPath, node, {
			stdio: ["pipe", "pipe", "inherit"],
		});
		return {
			channel: nodeChannel(
				{ readable: child.stdout, writable: child.stdin },
				framing,
			),
			end: () => once(child, "exit"),
		};
	},
	async "Web streams, one thread"() {
		const there = new TransformStream<Uint8Array, Uint8Array>();
		const back = new TransformStream<Uint8Array, Uint8Array>();
		const peer = acknowledge(
			webChannel(
				{ readable: there.readable, writable: back.writable },
				framing,
			),
		);
		return {
			channel: webChannel(
				{ readable: back.readable, writable: there.writable },
				framing,
			),
			end: () => peer,
		};
	},
	async "MessagePort to a worker"() {
		const { port1, port2 } = new MessageChannel();
		const worker = new Worker(receiver, {
			workerData: { port: port2 },
			transferList: [port2],
			execArgv: node.slice(0, 1),
		});
		return {
			channel: portChannel(port1, framing),
			end: () => once(worker, "exit"),
		};
	},
	async "rings to a worker"() {
		const [near, far] = createRingPair(262_144);
		const worker = new Worker(receiver, {
			workerData: { rings: far },
			execArgv: node.slice(0, 1),
		});
		return {
			channel: ringChannel(near, framing),
			end: () => once(worker, "exit"),
		};
	},
};

export async function* channels(): AsyncGenerator<Table[]> {
	yield [await sending(64, 8 * MiB), await sending(65_536, 64 * MiB)];
}

/** Sends frames one way over each transport, awaiting each send, until the other end has acknowledged them all. */
async function sending(frame: number, total: number): Promise<Table> {
	const frames = Math.floor(total / frame);
	const payload = new Uint8Array(frame).fill(97);
	const lines = new Map<string, Line>();
	for (const [name, open] of Object.entries(transports))
		lines.set(name, await open());
	const times = await race(
		[...lines].map(([name, { channel }]) => ({
			name,
			async pass() {
				for (let i = 0; i < frames; i++) await channel.send(payload);
				await channel.send(new Uint8Array(0));
				const { value } = await channel[Symbol.asyncIterator]().next();
				return Number(new TextDecoder().decode(value));
			},
		})),
		{ rounds: 7, seconds: 2 },
	);
	for (const { channel, end } of lines.values()) {
		const ended = end();
		await channel.close();
		for await (const _ of channel);
		await ended;
	}
	return rates(
		{ what: "send through a channel, one way", frame },
		{ frames, bytes: frames * frame },
		times,
	);
}
