import type { Scenario, Thread } from "./explore.ts";
import { observeNext, reader, undertaker } from "./threads.ts";

const CODE = 7;
/** The positions wrap in the middle of what a scenario writes. */
const BEFORE_THE_WRAP = -16;

/** Writes messages of these lengths, the nth full of n, and drops the oldest for them. Tells which ones were refused. */
function overwriter(lengths: readonly number[]): Thread {
	return (ring, memory, observe, mark) => {
		const producer = new ring.MessageProducer(memory);
		for (const [i, length] of lengths.entries()) {
			const n = i + 1;
			mark(producer, n);
			const message = new Array(length).fill(n) as unknown as Uint8Array;
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

/** Reads a stream in place until its end, and tells each number. */
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
		ring.waitBlocking(consumer);
	}
	observe(`end ${consumer.end}`);
};

/** Reads messages until the end, and lets go of what a wait has found before it reads that. */
const hesitantReader: Thread = (ring, memory, observe, mark) => {
	const consumer = new ring.MessageConsumer(memory);
	while (consumer.end === 0) {
		for (;;) {
			mark(consumer, "");
			if (!consumer.next()) break;
			observeNext(consumer, observe);
			consumer.release();
		}
		ring.waitBlocking(consumer);
		consumer.release();
	}
	observe(`end ${consumer.end}`);
};

/** What a reader may see, unless it was dropped or refused: the nth message is full of n. */
const messagesOf = (lengths: readonly number[]): string[] =>
	lengths.map((length, i) => `${length}:${length > 0 ? i + 1 : ""}`);

/** Tells whether some of `all` are `part`, in the same order. */
function isPart(part: readonly string[], all: readonly string[]): boolean {
	let from = 0;
	return part.every((what) => {
		from = all.indexOf(what, from) + 1;
		return from > 0;
	});
}

/**
 * Tells whether the reader saw messages in order, each at most once, none that was refused, the last one that was not; and
 * whether the others were counted as dropped.
 */
const sawTheNewest =
	(all: readonly string[]): Scenario["check"] =>
	([wrote = [], read = []]) => {
		const refused = wrote.slice(0, -1).map((what) => Number(what.slice(8)));
		const kept = all.filter((_, i) => !refused.includes(i + 1));
		const messages = read.slice(0, -1);
		return (
			read.at(-1) === `end ${CODE}` &&
			isPart(messages, kept) &&
			messages.at(-1) === kept.at(-1) &&
			wrote.at(-1) === `drops ${all.length - messages.length}`
		);
	};

function exchange(
	name: string,
	lengths: readonly number[],
	thread: Thread,
): Scenario {
	return {
		name,
		kind: "messages",
		overwritable: true,
		start: BEFORE_THE_WRAP,
		threads: [overwriter(lengths), thread],
		check: sawTheNewest(messagesOf(lengths)),
	};
}

const stream = (name: string, times: number): Scenario => ({
	name,
	kind: "bytes",
	overwritable: true,
	start: BEFORE_THE_WRAP,
	threads: [streamOverwriter(times), streamReader],
	check: sawTheNewest(
		Array.from({ length: 20 * times }, (_, i) => `8:${i + 1}`),
	),
});

const equal = [8, 8, 8];

/** Rings whose producer drops the oldest. */
export const overwriting: readonly Scenario[] = [
	exchange("messages that drop the oldest", equal, reader("blocking")),
	exchange(
		"messages of two lengths that drop the oldest",
		[8, 0, 8],
		reader("blocking"),
	),
	exchange(
		"messages that drop the oldest, released together",
		equal,
		reader("blocking", false),
	),
	exchange(
		"messages that drop the oldest, which are let go once before they are read",
		equal,
		hesitantReader,
	),
	stream("a stream that drops the oldest", 2),
];

const longer = [8, 0, 8, 8, 3];

/** More of them, and more in them. */
export const longOverwriting: readonly Scenario[] = [
	exchange("five messages that drop the oldest", longer, reader("blocking")),
	exchange(
		"four messages that drop the oldest, asynchronous reader",
		longer.slice(1),
		reader("async"),
	),
	exchange(
		"five messages that drop the oldest, released together",
		longer,
		reader("blocking", false),
	),
	stream("a longer stream that drops the oldest", 4),
	{
		name: "messages that drop the oldest, by a producer that dies",
		kind: "messages",
		overwritable: true,
		mortal: 0,
		threads: [overwriter(equal), reader("blocking"), undertaker("producer")],
		check: (seen, died) => {
			const [, read = []] = seen;
			const all = messagesOf(equal);
			// It may have closed before it died.
			const ends = ["end -2", `end ${CODE}`];
			return (
				sawTheNewest(all)(seen, died) ||
				(died &&
					ends.includes(read.at(-1) ?? "") &&
					isPart(read.slice(0, -1), all))
			);
		},
	},
];
