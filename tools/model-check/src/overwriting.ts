import type { Scenario, Thread } from "./explore.ts";
import { reader } from "./threads.ts";

const CODE = 7;
/** The positions wrap in the middle of what a scenario writes. */
const BEFORE_THE_WRAP = -16;

/** Writes `count` messages of 8 bytes, the nth full of n, and drops the oldest for them. Tells which ones were refused. */
function overwriter(count: number): Thread {
	return (ring, memory, observe, mark) => {
		const producer = new ring.MessageProducer(memory);
		for (let n = 1; n <= count; n++) {
			mark(producer, n);
			const message = new Array(8).fill(n) as unknown as Uint8Array;
			if (!producer.overwrite(message)) observe(`refused ${n}`);
		}
		producer.close(CODE);
		observe(`drops ${producer.drops}`);
	};
}

/** Writes 20 bytes at a time, numbered from 1 on through all of them, and drops the oldest for them. Tells which were refused. */
function streamOverwriter(times: number): Thread {
	return (ring, memory, observe, mark) => {
		const producer = new ring.StreamProducer(memory, "bytes");
		for (let i = 0; i < times; i++) {
			mark(producer, i);
			const numbers = Array.from({ length: 20 }, (_, k) => i * 20 + k + 1);
			const written = producer.overwrite(numbers as unknown as Uint8Array);
			for (const n of numbers.slice(written)) observe(`refused ${n}`);
		}
		producer.close(CODE);
		observe(`drops ${producer.drops}`);
	};
}

/** Reads a stream in place until its end, waits for 2 bytes at a time, and tells each number. */
const streamReader: Thread = (ring, memory, observe, mark) => {
	const consumer = new ring.StreamConsumer(memory, "bytes");
	while (consumer.end === 0) {
		for (;;) {
			mark(consumer, "");
			if (!consumer.next()) break;
			const { elements, offset, length } = consumer;
			for (const n of elements.slice(offset, offset + length))
				observe(`8:${n}`);
			consumer.release();
		}
		ring.waitBlocking(consumer, undefined, 2);
	}
	observe(`end ${consumer.end}`);
};

/**
 * Tells whether the reader saw numbers in order, each at most once, none that was refused, the last one that was not; and
 * whether the others were counted as dropped.
 */
const sawTheNewest =
	(count: number) =>
	([wrote = [], read = []]: readonly (readonly string[])[]): boolean => {
		const numbers = read.slice(0, -1).map((what) => Number(what.slice(2)));
		const refused = wrote.slice(0, -1).map((what) => Number(what.slice(8)));
		const kept = Array.from({ length: count }, (_, i) => i + 1).filter(
			(n) => !refused.includes(n),
		);
		return (
			read.at(-1) === `end ${CODE}` &&
			numbers.every((n, i) => kept.includes(n) && n > (numbers[i - 1] ?? 0)) &&
			numbers.at(-1) === kept.at(-1) &&
			wrote.at(-1) === `drops ${count - numbers.length}`
		);
	};

function exchange(name: string, count: number, thread: Thread): Scenario {
	return {
		name: `messages that drop the oldest, ${name}`,
		kind: "messages",
		overwritable: true,
		start: BEFORE_THE_WRAP,
		threads: [overwriter(count), thread],
		check: sawTheNewest(count),
	};
}

/** Rings whose producer drops the oldest. */
export const overwriting: readonly Scenario[] = [
	exchange("blocking reader", 3, reader("blocking")),
	exchange("released together", 3, reader("blocking", false)),
	{
		name: "a stream that drops the oldest",
		kind: "bytes",
		overwritable: true,
		start: BEFORE_THE_WRAP,
		threads: [streamOverwriter(2), streamReader],
		check: sawTheNewest(40),
	},
];

/** More of them, and more in them. */
export const longOverwriting: readonly Scenario[] = [
	exchange("longer", 5, reader("blocking")),
	exchange("longer, asynchronous reader", 4, reader("async")),
	exchange("longer, released together", 5, reader("blocking", false)),
	{
		name: "a long stream that drops the oldest",
		kind: "bytes",
		overwritable: true,
		start: BEFORE_THE_WRAP,
		threads: [streamOverwriter(4), streamReader],
		check: sawTheNewest(80),
	},
	{
		name: "messages that drop the oldest, by a producer that dies",
		kind: "messages",
		overwritable: true,
		mortal: 0,
		threads: [
			overwriter(4),
			reader("blocking"),
			(ring, memory) => ring.markDead(memory, "producer"),
		],
		check: ([wrote = [], read = []], died) =>
			sawTheNewest(4)([wrote, read]) ||
			(died &&
				read.at(-1) === "end -2" &&
				read
					.slice(0, -1)
					.map((what) => Number(what.slice(2)))
					.every((n, i, all) => n > (all[i - 1] ?? 0))),
	},
];
