import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { DIED, markDead, OPEN } from "@framewright/ring-buffer";
import {
	CONSUMER_CODE,
	PRODUCER_CODE,
	type Result,
	type Task,
} from "./stress-worker.ts";
import { ringAt, word } from "./support.ts";

type Role = Task["role"];

/** How a round goes: what it writes, over what ring, and how it ends. */
export interface Round {
	readonly name: string;
	readonly capacity: number;
	readonly waits: readonly [producer: Task["wait"], consumer: Task["wait"]];
	/** How many of the messages that a round may have: what switches threads all the time takes longer. */
	readonly share: number;
	readonly copies?: boolean;
	readonly overwritable?: boolean;
	/** Who closes early, or is terminated; if nobody, the producer closes after its last message. */
	readonly ending?: "consumer closes" | `${Role} is terminated`;
}

/** All ways in which a round can go. */
export const rounds: readonly Round[] = [
	{
		name: "blocking, in a wide ring",
		capacity: 1_048_576,
		waits: ["blocking", "blocking"],
		share: 1,
	},
	{
		name: "blocking, in a narrow ring",
		capacity: 64,
		waits: ["mixed", "mixed"],
		share: 0.002,
	},
	{
		name: "spinning",
		capacity: 65_536,
		waits: ["spinning", "spinning"],
		share: 0.01,
	},
	{
		name: "copied, asynchronous reader",
		capacity: 131_072,
		waits: ["mixed", "async"],
		share: 0.05,
		copies: true,
	},
	{
		name: "asynchronous",
		capacity: 16_384,
		waits: ["async", "async"],
		share: 0.05,
	},
	{
		name: "dropping the oldest",
		capacity: 2048,
		waits: ["blocking", "mixed"],
		share: 0.1,
		overwritable: true,
	},
	{
		name: "a producer that is terminated",
		capacity: 1024,
		waits: ["mixed", "blocking"],
		share: 1,
		ending: "producer is terminated",
	},
	{
		name: "dropping the oldest, by one that is terminated",
		capacity: 1024,
		waits: ["blocking", "async"],
		share: 1,
		overwritable: true,
		ending: "producer is terminated",
	},
	{
		name: "a consumer that closes",
		capacity: 1024,
		waits: ["blocking", "mixed"],
		share: 0.01,
		ending: "consumer closes",
	},
	{
		name: "a consumer that is terminated",
		capacity: 1024,
		waits: ["async", "blocking"],
		share: 1,
		ending: "consumer is terminated",
	},
];

const STARTS = [-512, 2 ** 31 - 512, 0, 2 ** 31 - 1_000_000_000 + 64 * 8];

/** Two threads that go through one round after another. */
export class Stress {
	readonly #workers = new Map<Role, Worker>();

	/** Runs a round of its share of `most` messages. Returns how many were read, or throws what went wrong. */
	async run(round: Round, seed: number, most: number): Promise<number> {
		const messages = Math.ceil(most * round.share);
		const { capacity, copies = false, overwritable = false } = round;
		const start = (STARTS[seed % STARTS.length] as number) | 0;
		const memory = ringAt(start, "messages", capacity, overwritable);
		const terminated = (["producer", "consumer"] as const).find(
			(role) => round.ending === `${role} is terminated`,
		);
		const closeAfter =
			round.ending === "consumer closes"
				? 1 + ((seed * 7919) % messages)
				: Number.POSITIVE_INFINITY;
		const begin = async (role: Role): Promise<Result | undefined> => {
			const worker = this.#worker(role);
			const task: Task = {
				memory,
				role,
				seed,
				messages: terminated === undefined ? messages : 2 ** 31,
				wait: round.waits[role === "producer" ? 0 : 1],
				copies,
				closeAfter,
			};
			worker.postMessage(task);
			if (role !== terminated) {
				const [result] = await once(worker, "message");
				return result as Result;
			}
			const words = new Int32Array(memory);
			// Not before it has begun: the position of both is then past the start.
			while (Atomics.load(words, word.read as number) === start) await delay(1);
			await delay(seed % 50);
			this.#workers.delete(role);
			await worker.terminate();
			markDead(memory, role);
			return undefined;
		};
		const [sent, received] = await within(
			100_000,
			Promise.all([begin("producer"), begin("consumer")]),
		);
		const told = JSON.stringify({ round, seed, sent, received });
		const verify = (right: boolean): void => {
			if (!right) throw new Error(told);
		};
		verify(sent?.wrong === undefined && received?.wrong === undefined);
		if (terminated === "consumer") {
			verify(sent?.end === DIED);
			return 0;
		}
		if (terminated === "producer") verify(received?.end === DIED);
		else if (round.ending === "consumer closes") {
			verify(received?.messages === closeAfter);
			// It may have written all before it could see that.
			verify([OPEN, CONSUMER_CODE].includes(sent?.end ?? DIED));
		} else {
			verify(received?.end === PRODUCER_CODE);
			verify(received?.last === sent?.last);
			verify((received?.messages ?? 0) + (sent?.drops ?? 0) === messages);
			verify(received?.drops === sent?.drops);
		}
		return received?.messages ?? 0;
	}

	/** Ends the threads. */
	async close(): Promise<void> {
		await Promise.all(
			[...this.#workers.values()].map((worker) => worker.terminate()),
		);
	}

	#worker(role: Role): Worker {
		const known = this.#workers.get(role);
		if (known !== undefined) return known;
		const worker = new Worker(new URL("stress-worker.ts", import.meta.url), {
			execArgv: ["--conditions=@framewright/source"],
		});
		this.#workers.set(role, worker);
		return worker;
	}
}

async function within<T>(milliseconds: number, done: Promise<T>): Promise<T> {
	const watch = new AbortController();
	const late = delay(milliseconds, undefined, { signal: watch.signal }).then(
		() => {
			throw new Error(`A round hangs for ${milliseconds} ms`);
		},
	);
	try {
		return await Promise.race([done, late]);
	} finally {
		watch.abort();
		late.catch(() => {});
	}
}
