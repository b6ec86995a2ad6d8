// What a page does with rings. Each function resolves with what it saw.

import { jsonRpc } from "@framewright/json-rpc";
import { jsonRpcPeer } from "@framewright/json-rpc-peer";
import {
	createRing,
	MessageConsumer,
	MessageProducer,
	markDead,
	OPEN,
	waitAsync,
} from "@framewright/ring-buffer";
import {
	createRingPair,
	markPeerDead,
	ringChannel,
} from "@framewright/streams/ring-buffer";
import { content, lengthOf } from "./content.ts";
import type { Duty } from "./worker.ts";
import type { Played } from "./worklet.ts";

/** What whoever read a ring has seen. */
export interface Seen {
	readonly count: number;
	readonly wrong: number;
	readonly end: number;
}

function start(duty: Duty): Worker {
	const worker = new Worker("/worker.js", { type: "module" });
	worker.postMessage(duty);
	return worker;
}

const answerOf = <T>(worker: Worker | MessagePort): Promise<T> =>
	new Promise((resolve, reject) => {
		worker.onmessage = ({ data }: MessageEvent) => resolve(data);
		if (worker instanceof Worker)
			worker.onerror = ({ message }) => reject(new Error(message));
	});

export const page = {
	isolated: (): boolean => crossOriginIsolated,

	/** The page's main thread writes, and waits asynchronously. */
	async toWorker(count: number): Promise<Seen> {
		const memory = createRing("messages", 4096);
		const worker = start({ do: "read", memory });
		const seen = answerOf<Seen>(worker);
		const ring = new MessageProducer(memory);
		for (let n = 0; n < count; n++) {
			const message = content(n);
			while (!ring.append(message))
				await waitAsync(ring, 20_000, message.length);
		}
		ring.close(7);
		const result = await seen;
		worker.terminate();
		return result;
	},

	/** The page's main thread reads, and waits asynchronously. */
	async fromWorker(count: number): Promise<Seen> {
		const memory = createRing("messages", 4096);
		const worker = start({ do: "write", memory, count });
		const ring = new MessageConsumer(memory);
		let read = 0;
		let wrong = 0;
		while (ring.end === OPEN) {
			for (let copy = ring.read(); copy !== undefined; copy = ring.read()) {
				// Browsers' TextDecoder takes it, since it is not shared.
				new TextDecoder().decode(copy);
				if (
					copy.length !== lengthOf(read) ||
					copy.some((x) => x !== (read & 255))
				)
					wrong += 1;
				read += 1;
			}
			if ((await waitAsync(ring, 20_000)) === "timed-out") break;
		}
		worker.terminate();
		return { count: read, wrong, end: ring.end };
	},

	async betweenWorkers(count: number): Promise<Seen> {
		const memory = createRing("messages", 4096);
		const reader = start({ do: "read", memory });
		const writer = start({ do: "write", memory, count });
		const seen = await answerOf<Seen>(reader);
		reader.terminate();
		writer.terminate();
		return seen;
	},

	/** A worker that was terminated is marked dead, which ends the wait of the page. */
	async death(): Promise<number> {
		const memory = createRing("messages", 4096);
		const worker = start({ do: "write", memory, count: 1e9 });
		const ring = new MessageConsumer(memory);
		await waitAsync(ring, 20_000);
		worker.terminate();
		markDead(memory, "producer");
		while (ring.end === OPEN) {
			while (ring.next());
			await waitAsync(ring, 20_000);
		}
		return ring.end;
	},

	/** An AudioWorklet plays for some milliseconds what a worker writes. */
	async audio(milliseconds: number): Promise<Played & { state: string }> {
		const memory = createRing("float32", 32_768);
		const worker = start({ do: "play", memory });
		await answerOf(worker);
		const context = new AudioContext({ sampleRate: 48_000 });
		await context.audioWorklet.addModule("/worklet.js");
		const node = new AudioWorkletNode(context, "ring", {
			processorOptions: { memory },
		});
		node.connect(context.destination);
		await context.resume();
		const { state } = context;
		await new Promise((resolve) => setTimeout(resolve, milliseconds));
		const played = answerOf<Played>(node.port);
		node.port.postMessage("stop");
		const result = await played;
		await context.close();
		worker.terminate();
		return { ...result, state };
	},

	/** A peer of JSON-RPC calls one in a worker, `count` times at once, and learns of its death. */
	async calls(count: number): Promise<{ sum: number; end: string }> {
		const [near, far] = createRingPair(4096);
		const worker = start({ do: "serve", rings: far });
		const peer = jsonRpcPeer(ringChannel(near, jsonRpc()));
		const answers = await Promise.all(
			Array.from({ length: count }, (_, i) => peer.request("add", [i, 1])),
		);
		worker.terminate();
		markPeerDead(near);
		const end = await peer.request("add", [1, 1]).then(
			() => "answered",
			(error) => String(error.cause ?? error),
		);
		return { sum: (answers as number[]).reduce((a, b) => a + b, 0), end };
	},

	/** What the error says where there is no shared memory. */
	refusal(): string {
		try {
			createRing("messages", 4096);
			return "";
		} catch (error) {
			return String(error);
		}
	},
};

Object.assign(globalThis, { page });
