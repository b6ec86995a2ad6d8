// One side of a ring in a thread of its own. The nth message has a length and bytes that follow from n.
import { parentPort, workerData } from "node:worker_threads";
import {
	MessageConsumer,
	MessageProducer,
	OPEN,
	waitAsync,
	waitBlocking,
	waitSpinning,
} from "@framewright/ring-buffer";

export interface Task {
	readonly memory: SharedArrayBuffer;
	readonly role: "producer" | "consumer";
	readonly wait: "spinning" | "blocking" | "async";
	/** How long the producer goes on, in milliseconds. */
	readonly duration: number;
}
export interface Result {
	readonly messages: number;
	readonly end: number;
	readonly wrong: string | undefined;
}

const { memory, role, wait, duration } = workerData as Task;
const waits = {
	spinning: waitSpinning,
	blocking: waitBlocking,
	async: waitAsync,
};
const patience = 20_000;
const lengthOf = (n: number, most: number): number =>
	(Math.imul(n, 0x9e3779b1) >>> 8) % (most + 1);

async function produce(): Promise<Result> {
	const ring = new MessageProducer(memory);
	const until = performance.now() + duration;
	let n = 0;
	for (; n % 256 !== 0 || performance.now() < until; n++) {
		const length = lengthOf(n, ring.maxLength);
		while (!ring.claim(length)) {
			const state = await waits[wait](ring, patience, length);
			if (state !== "ready")
				return { messages: n, end: ring.end, wrong: state };
		}
		const { bytes, offset } = ring;
		for (let i = 0; i < length; i++) bytes[offset + i] = n + i;
		ring.commit();
		if (n % 5 === 0) ring.publish();
	}
	ring.close(7);
	return { messages: n, end: ring.end, wrong: undefined };
}

async function consume(): Promise<Result> {
	const ring = new MessageConsumer(memory);
	let n = 0;
	while (ring.end === OPEN) {
		for (; ring.next(); n++) {
			const { bytes, offset, length } = ring;
			const most = ring.capacity / 2 - 8;
			if (length !== lengthOf(n, most))
				return { messages: n, end: OPEN, wrong: `length ${length}` };
			for (let i = 0; i < length; i++)
				if (bytes[offset + i] !== ((n + i) & 255))
					return { messages: n, end: OPEN, wrong: `byte ${i}` };
			if (n % 3 === 0) ring.release();
		}
		const state = await waits[wait](ring, patience);
		if (state === "timed-out") return { messages: n, end: OPEN, wrong: state };
	}
	return { messages: n, end: ring.end, wrong: undefined };
}

parentPort?.postMessage(await (role === "producer" ? produce() : consume()));
