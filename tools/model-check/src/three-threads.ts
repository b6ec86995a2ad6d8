import type { Scenario, Thread } from "./explore.ts";
import { reader, undertaker, writer } from "./threads.ts";

const lengths = [8];
const CODE = 7;
const whole = "8:1,end 7";

/** Tells when a role was taken already or has ended, instead of dying of it. */
const unlessRefused =
	(thread: Thread): Thread =>
	(ring, memory, observe, mark, memories) => {
		try {
			thread(ring, memory, observe, mark, memories);
		} catch (error) {
			// What leaves a thread is no error.
			if (!(error instanceof Error)) throw error;
			observe("refused");
		}
	};

/** Becomes a second producer, if it can, and ends the ring then. */
const secondProducer = unlessRefused((ring, memory) =>
	new ring.MessageProducer(memory).close(CODE),
);
/** Becomes a second consumer, if it can, and ends the ring then. */
const secondConsumer = unlessRefused((ring, memory) =>
	new ring.MessageConsumer(memory).close(CODE),
);

/** As `writer`, but closes when the consumer has ended. */
const closingWriter: Thread = (ring, memory, observe, mark) => {
	const producer = new ring.MessageProducer(memory);
	for (const n of [1, 2]) {
		const message = new Array(8).fill(n) as unknown as Uint8Array;
		for (;;) {
			mark(producer, n);
			if (producer.write(message)) break;
			if (ring.waitBlocking(producer, undefined, 8) === "ended") {
				const { end } = producer;
				producer.close(CODE);
				return observe(`end ${end}`);
			}
		}
	}
	producer.close(CODE);
	observe("wrote");
};

/** As `reader`, but closes at the end, so that the producer does not wait for it. */
const closingReader: Thread = (ring, memory, observe, mark) => {
	const consumer = new ring.MessageConsumer(memory);
	for (;;) {
		for (;;) {
			mark(consumer, "");
			const copy = consumer.read();
			if (copy === undefined) break;
			observe(`${copy.length}:${copy[0]}`);
		}
		mark(consumer, "drained");
		if (consumer.end !== 0) break;
		ring.waitBlocking(consumer);
	}
	observe(`end ${consumer.end}`);
	consumer.close();
};

const isPrefix = (read: readonly string[], died: boolean): boolean => {
	const messages = ["8:1", "8:2"];
	const last = read.at(-1);
	const before = read.slice(0, -1);
	return (
		before.join() === messages.slice(0, before.length).join() &&
		(last === "end 7" || (died && last === "end -2"))
	);
};

const producerIsMarked = (
	count: number,
	threads: readonly [Thread, Thread],
): Scenario => ({
	name: `a producer of ${count} that is marked dead while it lives`,
	kind: "messages",
	threads: [unlessRefused(threads[0]), threads[1], undertaker("producer")],
	check: ([wrote, read = []]) =>
		["wrote", "end -1", "refused"].includes(wrote?.join() ?? "") &&
		isPrefix(read, true),
});

/** Two sides of a ring, and a third thread that runs at the same time. */
export const threeThreads: readonly Scenario[] = [
	{
		name: "a second producer while both sides run",
		kind: "messages",
		threads: [
			unlessRefused(writer(lengths, CODE)),
			reader("blocking"),
			secondProducer,
		],
		check: ([first, read, second]) =>
			first?.join() === "wrote" && second?.join() === "refused"
				? read?.join() === whole
				: first?.join() === "refused" &&
					second?.join() === "" &&
					read?.join() === "end 7",
	},
	{
		name: "a second consumer while both sides run",
		kind: "messages",
		threads: [
			writer(lengths, CODE),
			unlessRefused(reader("blocking")),
			secondConsumer,
		],
		check: ([wrote, read, second]) =>
			read?.join() === "refused"
				? second?.join() === "" &&
					["wrote", `end ${CODE}`].includes(wrote?.join() ?? "")
				: read?.join() === whole &&
					wrote?.join() === "wrote" &&
					second?.join() === "refused",
	},
	producerIsMarked(1, [writer(lengths, CODE), reader("blocking")]),
];

/** More of them. */
export const longThreeThreads: readonly Scenario[] = [
	producerIsMarked(2, [closingWriter, closingReader]),
	{
		name: "a consumer that is marked dead while it lives",
		kind: "messages",
		threads: [
			closingWriter,
			unlessRefused(closingReader),
			undertaker("consumer"),
		],
		check: ([wrote, read = []]) =>
			["wrote", "end -2"].includes(wrote?.join() ?? "") &&
			(read.join() === "refused" || isPrefix(read, false)),
	},
];
