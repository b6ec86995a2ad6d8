// From what size on is it cheaper to hand a payload on, and write it behind its prefix, than to copy the two together?

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Contender, median, race } from "./race.ts";
import { type Measures, rates, rounded, type Table } from "./results.ts";
import { MiB } from "./workload.ts";

const SIZES = [1, 4, 16, 32, 64, 128, 256, 512, 1024].map((n) => n * 1024);
const ROUND = 32 * MiB;
const PREFIX = 4;

type Send = (socket: Socket, payload: Uint8Array) => boolean;

const ways: Record<string, Send> = {
	copy(socket, payload) {
		const frame = new Uint8Array(PREFIX + payload.length);
		writePrefix(frame, payload.length);
		frame.set(payload, PREFIX);
		return socket.write(frame);
	},
	"by reference, corked"(socket, payload) {
		const prefix = new Uint8Array(PREFIX);
		writePrefix(prefix, payload.length);
		socket.cork();
		socket.write(prefix);
		const more = socket.write(payload);
		socket.uncork();
		return more;
	},
	"by reference, two writes"(socket, payload) {
		const prefix = new Uint8Array(PREFIX);
		writePrefix(prefix, payload.length);
		socket.write(prefix);
		return socket.write(payload);
	},
};

/** Sends frames over sockets, to another process, and waits wherever the socket is full. */
export async function* byReference(): AsyncGenerator<Table[]> {
	for (const transport of ["Unix socket", "TCP"]) {
		const tables: Table[] = [];
		for (const frame of SIZES) tables.push(await sending(transport, frame));
		yield tables;
		const rows: Record<string, Measures> = {};
		for (const way of Object.keys(ways).slice(1))
			rows[way] = { "bytes from which it wins": crossing(tables, way) };
		yield [{ what: `by reference wins over ${transport}`, rows }];
	}
}

/** The size from which on `way` is never slower than a copy; -1 if there is none. */
function crossing(tables: readonly Table[], way: string): number {
	const rate = (table: Table | undefined, row: string): number =>
		table?.rows[row]?.["MB/s"] ?? Number.NaN;
	const lost = tables.findLastIndex(
		(table) => rate(table, way) < rate(table, "copy"),
	);
	return tables[lost + 1]?.frame ?? -1;
}

async function sending(transport: string, frame: number): Promise<Table> {
	const frames = ROUND / frame;
	const line = await open(transport, frames * (PREFIX + frame));
	const payload = new Uint8Array(frame).fill(97);
	const cpu: Record<string, number[]> = {};
	const times = await race(
		Object.entries(ways).map(([name, send]): Contender => {
			const spent: number[] = [];
			cpu[name] = spent;
			return {
				name,
				async pass() {
					const before = process.cpuUsage();
					const acknowledged = once(line.socket, "data");
					for (let i = 0; i < frames; i++)
						if (!send(line.socket, payload)) await once(line.socket, "drain");
					await acknowledged;
					const { user, system } = process.cpuUsage(before);
					spent.push(user + system);
					return frames;
				},
			};
		}),
		{ rounds: 11, seconds: 0.8 },
	);
	await line.close();
	const table = rates(
		{ what: `send over ${transport}`, frame },
		{ frames, bytes: ROUND },
		times,
	);
	return {
		...table,
		rows: Object.fromEntries(
			Object.entries(table.rows).map(([name, row]) => [
				name,
				{
					...row,
					"sender's CPU, us": rounded(
						median((cpu[name] as number[]).slice(-(row.passes as number))) /
							frames,
					),
				},
			]),
		),
	};
}

function writePrefix(bytes: Uint8Array, length: number): void {
	bytes[0] = length >>> 24;
	bytes[1] = length >>> 16;
	bytes[2] = length >>> 8;
	bytes[3] = length;
}

/** A socket to a process that answers whenever it has received `round` bytes. */
async function open(
	transport: string,
	round: number,
): Promise<{ socket: Socket; close(): Promise<void> }> {
	const directory = await mkdtemp(join(tmpdir(), "framewright-"));
	const path = join(directory, "bench.sock");
	const server = createServer();
	await once(
		transport === "TCP" ? server.listen(0, "127.0.0.1") : server.listen(path),
		"listening",
	);
	const address = server.address();
	const target =
		address !== null && typeof address === "object"
			? String(address.port)
			: path;
	const receiver = spawn(
		process.execPath,
		[join(import.meta.dirname, "discard.ts"), target, String(round)],
		{ stdio: ["ignore", "inherit", "inherit"] },
	);
	const [socket] = (await once(server, "connection")) as [Socket];
	server.close();
	socket.setNoDelay(true);
	return {
		socket,
		async close() {
			const exit = once(receiver, "exit");
			socket.end();
			await exit;
			await rm(directory, { recursive: true });
		},
	};
}
