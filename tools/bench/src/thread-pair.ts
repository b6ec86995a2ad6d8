import { once } from "node:events";
import { join } from "node:path";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { Duty } from "./thread-worker.ts";

/** Two workers, each with one end of a port. */
export interface ThreadPair {
	/** Has both do their part, the second one first, since it waits. Resolves with what the two answer. */
	run(count: number): Promise<[first: unknown, second: unknown]>;
	end(): Promise<unknown>;
}

/** Starts two workers with the duties that are given for the two ends of a port. */
export function startPair(
	duties: readonly [(port: MessagePort) => Duty, (port: MessagePort) => Duty],
): ThreadPair {
	const { port1, port2 } = new MessageChannel();
	const [first, second] = [port1, port2].map(
		(port, i) =>
			new Worker(join(import.meta.dirname, "thread-worker.ts"), {
				workerData: duties[i]?.(port),
				transferList: [port],
				execArgv: ["--conditions=@framewright/source"],
			}),
	) as [Worker, Worker];
	return {
		async run(count) {
			const done = Promise.all([
				once(first, "message"),
				once(second, "message"),
			]);
			second.postMessage(count);
			first.postMessage(count);
			const [[one], [other]] = await done;
			return [one, other];
		},
		end: () => Promise.all([first.terminate(), second.terminate()]),
	};
}
