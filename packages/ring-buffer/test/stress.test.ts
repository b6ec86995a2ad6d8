import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { DIED, markDead } from "@framewright/ring-buffer";
import { expect, test, vi } from "vitest";
import type { Result, Task } from "./stress-worker.ts";
import { ringAt, word } from "./support.ts";

const duration =
	Number(process.env.FRAMEWRIGHT_RUNS ?? 0) > 10_000 ? 20_000 : 600;

function start(task: Task): { worker: Worker; result: Promise<Result> } {
	const worker = new Worker(new URL("stress-worker.ts", import.meta.url), {
		workerData: task,
		execArgv: ["--conditions=@framewright/source"],
	});
	const result = once(worker, "message").then(([value]) => value as Result);
	return { worker, result };
}

test.each([
	["blocking", "blocking", 1024],
	["blocking", "blocking", 64],
	["spinning", "blocking", 4096],
	["async", "blocking", 256],
	["async", "async", 1024],
] as const)(
	"%s producer and %s consumer: every message arrives as it was written, past the wrap, over %i bytes",
	async (producerWaits, consumerWaits, capacity) => {
		const memory = ringAt(-512, "messages", capacity);
		const producer = start({
			memory,
			role: "producer",
			wait: producerWaits,
			duration,
		});
		const consumer = start({
			memory,
			role: "consumer",
			wait: consumerWaits,
			duration,
		});
		try {
			const [sent, received] = await Promise.all([
				producer.result,
				consumer.result,
			]);
			expect(received).toEqual({
				messages: sent.messages,
				end: 7,
				wrong: undefined,
			});
			expect(sent.wrong).toBeUndefined();
			expect(sent.messages).toBeGreaterThan(1000);
		} finally {
			await Promise.all([
				producer.worker.terminate(),
				consumer.worker.terminate(),
			]);
		}
	},
);

test.each(["blocking", "async"] as const)(
	"a producer that is terminated leaves whole messages, and its death ends a %s wait",
	async (wait) => {
		const memory = ringAt(0, "messages", 1024);
		const producer = start({
			memory,
			role: "producer",
			wait: "blocking",
			duration: 60_000,
		});
		const consumer = start({ memory, role: "consumer", wait, duration });
		producer.result.catch(() => {});
		try {
			const words = new Int32Array(memory);
			await vi.waitUntil(
				() => Atomics.load(words, word.read ?? -1) !== 0,
				20_000,
			);
			await producer.worker.terminate();
			markDead(memory, "producer");
			const { wrong, end, messages } = await consumer.result;
			expect({ wrong, end }).toEqual({ wrong: undefined, end: DIED });
			expect(messages).toBeGreaterThan(0);
		} finally {
			await Promise.all([
				producer.worker.terminate(),
				consumer.worker.terminate(),
			]);
		}
	},
);
