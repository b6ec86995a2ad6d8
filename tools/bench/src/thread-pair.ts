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

/** Starts two workers with the duties that are given for the two ends of a port. */
export function startPair(
	duties: readonly [(port: MessagePort) => Duty, (port: MessagePort) => Duty],
): Threads {
	const { port1, port2 } = new MessageChannel();
	return threads([
		start(duties[0](port1), [port1]),
		start(duties[1](port2), [port2]),
	]);
}

/** Starts workers that need no port. */
export function startThreads(duties: readonly Duty[]): Threads {
	return threads(duties.map((duty) => start(duty)));
}

function start(duty: Duty, transferList: MessagePort[] = []): Worker {
	return new Worker(join(import.meta.dirname, "thread-worker.ts"), {
		workerData: duty,
		transferList,
		execArgv: ["--conditions=@framewright/source"],
	});
}

function threads(workers: readonly Worker[]): Threads {
	return {
		async run(count) {
			const done = Promise.all(workers.map((w) => once(w, "message")));
			for (const worker of workers.toReversed()) worker.postMessage(count);
			return (await done).map(([answer]) => answer);
		},
		end: () => Promise.all(workers.map((worker) => worker.terminate())),
	};
}
