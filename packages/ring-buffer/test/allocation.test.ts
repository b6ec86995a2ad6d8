import { getHeapStatistics } from "node:v8";
import {
	createRing,
	MessageConsumer,
	MessageProducer,
	StreamConsumer,
	StreamProducer,
} from "@framewright/ring-buffer";
import { expect, test } from "vitest";

const WARM_UP = 50_000;
/** Few enough that no garbage is collected meanwhile. */
const ROUNDS = 2000;

/** How much the heap grew in the rounds: the least of some tries, since compilers and test runners allocate, too. */
function bytesEachRound(round: () => void): number {
	for (let i = 0; i < WARM_UP; i++) round();
	const growth: number[] = [];
	for (let attempt = 0; attempt < 8; attempt++) {
		const before = getHeapStatistics().used_heap_size;
		for (let i = 0; i < ROUNDS; i++) round();
		const grown = getHeapStatistics().used_heap_size - before;
		// Below 0, garbage was collected meanwhile.
		if (grown >= 0) growth.push(grown / ROUNDS);
	}
	return Math.min(...growth);
}

test("messages are written and read without making an object", () => {
	const memory = createRing("messages", 1024);
	const producer = new MessageProducer(memory);
	const consumer = new MessageConsumer(memory);
	const message = new Uint8Array(40);
	const round = () => {
		producer.append(message);
		if (producer.claim(24)) producer.commit();
		producer.publish();
		while (consumer.next());
		consumer.release();
	};
	expect(bytesEachRound(round)).toBeLessThan(0.5);
	// What an object for each would come to.
	const copying = () => {
		producer.write(message);
		consumer.read();
	};
	expect(bytesEachRound(copying)).toBeGreaterThan(16);
});

test("messages that drop the oldest are written without making an object", () => {
	const memory = createRing("messages", 1024, { overwritable: true });
	const producer = new MessageProducer(memory);
	const consumer = new MessageConsumer(memory);
	const message = new Uint8Array(40);
	let n = 0;
	const round = () => {
		producer.overwrite(message);
		if (n++ % 64 !== 0) return;
		consumer.next();
		consumer.release();
	};
	expect(bytesEachRound(round)).toBeLessThan(0.5);
	expect(producer.drops).toBeGreaterThan(0);
});

test("an audio block is written and read without making an object", () => {
	const memory = createRing("float32", 1024);
	const producer = new StreamProducer(memory, "float32");
	const consumer = new StreamConsumer(memory, "float32");
	const block = new Float32Array(128);
	const round = () => {
		producer.write(block);
		consumer.read(block);
	};
	expect(bytesEachRound(round)).toBeLessThan(0.5);
});
