import { createRingPair } from "@framewright/streams/ring-buffer";
import { race } from "./race.ts";
import { rates, rounded, type Table } from "./results.ts";
import { allocating } from "./ring-allocation.ts";
import { FAN_SIZE, fans } from "./thread-fans.ts";
import { lines } from "./thread-lines.ts";
import { startPair, startThreads } from "./thread-pair.ts";
import { channels } from "./thread-peers.ts";

export const BETWEEN_WORKERS = "messages from one worker to another";

const SENDERS = 2;
export const FAN_IN = "messages from two workers to a third";

export const IN_FLIGHT = 64;
const CALLS = 6400;

/** What calls between two workers are called, by how many are under way. */
export const callsBetweenWorkers = (inFlight: number): string =>
	`JSON-RPC calls between two workers, ${inFlight === 1 ? "one at a time" : `${inFlight} in flight`}`;

const sizes = [16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144];
/** In a pass, of messages and bytes: what a `postMessage` gets through in a second. */
const MOST_MESSAGES = 100_000;
const MOST_BYTES = 268_435_456;

/** Sends messages from one worker to another over each line. */
export async function* ringBuffers(): AsyncGenerator<Table[]> {
	const tables: Table[] = [];
	for (const size of sizes) tables.push(await sending(size));
	yield tables;
	yield [await fanningIn()];
	yield [allocating()];
	yield [await calling(1)];
	yield [await calling(IN_FLIGHT)];
}

async function sending(size: number): Promise<Table> {
	const count = Math.min(MOST_MESSAGES, MOST_BYTES / size);
	const pairs = await Promise.all(
		Object.entries(lines).map(async ([row, line]) => {
			const memory = line.memory?.(size) ?? new SharedArrayBuffer(0);
			return {
				row,
				pair: await startPair([
					(port) => ({ row, role: "send", size, memory, port }),
					(port) => ({ row, role: "take", size, memory, port }),
				]),
			};
		}),
	);
	const times = await race(
		pairs.map(({ row, pair }) => ({
			name: row,
			pass: async () => (await pair.run(count))[1] as number,
		})),
		{ rounds: 11, seconds: 1 },
	);
	for (const { pair } of pairs) await pair.end();
	return rates(
		{ what: BETWEEN_WORKERS, frame: size },
		{ frames: count, bytes: count * size },
		times,
	);
}

/** Sends messages from two workers to a third over each fan. */
async function fanningIn(): Promise<Table> {
	const runners = await Promise.all(
		Object.entries(fans).map(async ([row, fan]) => {
			const memories = fan.memories(SENDERS);
			const duty = { row, role: "fan-in", memories, senders: SENDERS } as const;
			return {
				row,
				threads: await startThreads([
					...Array.from({ length: SENDERS }, (_, sender) => ({
						...duty,
						sender,
					})),
					duty,
				]),
			};
		}),
	);
	const times = await race(
		runners.map(({ row, threads }) => ({
			name: row,
			pass: async () => (await threads.run(MOST_MESSAGES)).at(-1) as number,
		})),
		{ rounds: 21, seconds: 2 },
	);
	for (const { threads } of runners) await threads.end();
	return rates(
		{ what: FAN_IN, frame: FAN_SIZE },
		{ frames: MOST_MESSAGES, bytes: MOST_MESSAGES * FAN_SIZE },
		times,
	);
}

/** Calls a peer in another worker over each channel. */
async function calling(inFlight: number): Promise<Table> {
	const pairs = await Promise.all(
		Object.keys(channels).map(async (row) => {
			const [near, far] = createRingPair(65_536);
			return {
				row,
				pair: await startPair([
					(port) => ({ row, role: "call", inFlight, port, rings: near }),
					(port) => ({ row, role: "serve", port, rings: far }),
				]),
			};
		}),
	);
	const times = await race(
		pairs.map(({ row, pair }) => ({
			name: row,
			pass: async () => (await pair.run(CALLS))[0] as number,
		})),
		{ rounds: 21, seconds: 3 },
	);
	for (const { pair } of pairs) await pair.end();
	return {
		what: callsBetweenWorkers(inFlight),
		rows: Object.fromEntries(
			[...times].map(([row, { ns, passes }]) => [
				row,
				{ "calls/s": rounded((CALLS / ns) * 1e9), passes },
			]),
		),
	};
}
