import { once } from "node:events";
import { join } from "node:path";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { Duty } from "./thread-worker.ts";

/** Workers that have a part each. */
export interface Threads {
	/** Has all do their parts, the last one first, since it waits. Resolves with what they answer. */
	run(count: number): Promise<readonly unknown[]>;
	end(): Promise<unknown>;
}

/** Starts two workers with the duties that are given for the two ends of a port. Resolves when they are ready. */
export function startPair(
	duties: readonly [(port: MessagePort) => Duty, (port: MessagePort) => Duty],
): Promise<Threads> {
	const { port1, port2 } = new MessageChannel();
	return threads([
		start(duties[0](port1), [port1]),
		start(duties[1](port2), [port2]),
	]);
}

/** Starts workers that need no port. Resolves when they are ready. */
export function startThreads(duties: readonly Duty[]): Promise<Threads> {
	return threads(duties.map((duty) => start(duty)));
}

function start(duty: Duty, transferList: MessagePort[] = []): Worker {
	return new Worker(join(import.meta.dirname, "thread-worker.ts"), {
		workerData: duty,
		transferList,
		execArgv: ["--conditions=@framewright/source"],
	});
}

async function threads(workers: readonly Worker[]): Promise<Threads> {
	await Promise.all(workers.map((worker) => once(worker, "message")));
	return {
		async run(count) {
			const done = Promise.all(workers.map((w) => once(w, "message")));
			for (const worker of workers.toReversed()) worker.postMessage(count);
			return (await done).map(([answer]) => answer);
		},
		end: () => Promise.all(workers.map((worker) => worker.terminate())),
	};
}
