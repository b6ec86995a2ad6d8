import { getHeapStatistics } from "node:v8";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import {
	createFan,
	createRing,
	FanIn,
	MessageConsumer,
	MessageProducer,
	StreamConsumer,
	StreamProducer,
} from "@framewright/ring-buffer";
import { RingBuffer } from "ringbuf.js";
import { rounded, type Table } from "./results.ts";

export const ALLOCATED = "a message of 64 B written and read in one thread";
export const HEAP = "heap, B";

const SIZE = 64;
const CAPACITY = 4096;
const WARM_UP = 100_000;
/** Few enough that no garbage is collected meanwhile. */
const ROUNDS = 2000;
const ATTEMPTS = 20;

/** Measures what is allocated on the heap for a message. */
export function allocating(): Table {
	return {
		what: ALLOCATED,
		rows: Object.fromEntries(
			Object.entries(rounds()).map(([row, round]) => [
				row,
				{ [HEAP]: bytesEach(round) },
			]),
		),
	};
}

function rounds(): Record<string, () => void> {
	const message = new Uint8Array(SIZE);
	const messages = createRing("messages", CAPACITY);
	const producer = new MessageProducer(messages);
	const consumer = new MessageConsumer(messages);
	const floats = createRing("float32", CAPACITY);
	const writer = new StreamProducer(floats, "float32");
	const reader = new StreamConsumer(floats, "float32");
	const samples = new Float32Array(SIZE / 4);
	const many = createFan("in", 2, CAPACITY);
	const fan = new FanIn(many);
	const [one] = many.map((memory) => new MessageProducer(memory, many[0]));
	const storage = RingBuffer.getStorageForCapacity(CAPACITY, Uint8Array);
	const ringbuf = new RingBuffer(storage, Uint8Array);
	const { port1, port2 } = new MessageChannel();
	return {
		"framewright, in place"() {
			producer.write(message);
			consumer.next();
			consumer.release();
		},
		"framewright, samples"() {
			writer.write(samples);
			reader.read(samples);
		},
		"framewright, FanIn of two"() {
			one?.write(message);
			fan.next();
			fan.release();
		},
		"framewright, copied out"() {
			producer.write(message);
			consumer.read();
		},
		"ringbuf.js"() {
			ringbuf.push(message);
			ringbuf.pop(message);
		},
		"postMessage, copy"() {
			port1.postMessage(message);
			receiveMessageOnPort(port2);
		},
	};
}

/** How much the heap grows for a round: the least of some attempts, since compilers allocate, too. */
function bytesEach(round: () => void): number {
	for (let i = 0; i < WARM_UP; i++) round();
	let least = Number.POSITIVE_INFINITY;
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		globalThis.gc?.();
		const before = getHeapStatistics().used_heap_size;
		for (let i = 0; i < ROUNDS; i++) round();
		const grown = getHeapStatistics().used_heap_size - before;
		// Below 0, garbage was collected meanwhile.
		if (grown >= 0) least = Math.min(least, grown / ROUNDS);
	}
	// The two objects of statistics are less than this.
	return least < 0.5 ? 0 : rounded(least);
}
