// One end of a line or of a conversation, in a worker: does its part as often as it is told to, and answers with the outcome.

import { parentPort, workerData } from "node:worker_threads";
import { fans } from "./thread-fans.ts";
import { lines, type Shared } from "./thread-lines.ts";
import { caller, type PeerEnd, serve } from "./thread-peers.ts";
import { type Pair, turns } from "./thread-turns.ts";

/** What this end is. */
export type Duty = { readonly row: string } & (
	| (Shared & { readonly role: "send" | "take"; readonly size: number })
	| (Pair & { readonly role: "ask" | "answer" })
	| (PeerEnd & { readonly role: "call"; readonly inFlight: number })
	| (PeerEnd & { readonly role: "serve" })
	| {
			readonly role: "fan-in";
			readonly memories: readonly SharedArrayBuffer[];
			/** The number of the one that sends; without it, this is the one that takes. */
			readonly sender?: number;
			readonly senders: number;
	  }
);

const perform = performer(workerData as Duty);
parentPort?.postMessage("ready");
parentPort?.on("message", async (count: number) =>
	parentPort?.postMessage(await perform?.(count)),
);

function performer(duty: Duty): ((count: number) => unknown) | undefined {
	const { row } = duty;
	switch (duty.role) {
		case "send":
		case "take": {
			const { role, size } = duty;
			const end = lines[row]?.[role](duty, size);
			return (count) => end?.(size, count);
		}
		case "ask": {
			const { there, back, port } = duty;
			const speaker = turns[row]?.speaker(there, back, port);
			return (count) => speaker?.ask(count);
		}
		case "answer": {
			const { there, back, port } = duty;
			const speaker = turns[row]?.speaker(back, there, port);
			return (count) => speaker?.answer(count);
		}
		case "call":
			return caller(row, duty, duty.inFlight);
		case "fan-in": {
			const { memories, sender, senders } = duty;
			const fan = fans[row];
			if (sender === undefined) return fan?.take(memories);
			const send = fan?.send(memories, sender);
			return (count) => send?.(count / senders);
		}
		case "serve":
			serve(row, duty);
			return () => undefined;
	}
}
