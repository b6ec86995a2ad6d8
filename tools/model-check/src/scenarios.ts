import type { Scenario, Thread } from "./explore.ts";
import { longOverwriting, overwriting } from "./overwriting.ts";
import {
	fanOutReader,
	fanOutWriter,
	fanReader,
	fanWriter,
	observeNext,
	reader,
	streamReader,
	streamWriter,
	undertaker,
	writer,
} from "./threads.ts";
import { longThreeThreads, threeThreads } from "./three-threads.ts";

const ENDED = -1;
const DIED = -2;
/** The positions wrap in the middle of what a scenario writes. */
const BEFORE_THE_WRAP = -16;

/** What a reader sees of a writer's messages. */
const expected = (lengths: readonly number[], end: number): string[] => [
	...lengths.map((length, n) => `${length}:${length > 0 ? n + 1 : ""}`),
	`end ${end}`,
];

const same = (
	a: readonly string[] | undefined,
	b: readonly string[],
): boolean => a?.join() === b.join();

function exchange(
	name: string,
	lengths: readonly number[],
	threads: readonly [Thread, Thread],
): Scenario {
	return {
		name,
		kind: "messages",
		start: BEFORE_THE_WRAP,
		threads,
		check: ([wrote, read]) =>
			same(wrote, ["wrote"]) && same(read, expected(lengths, 7)),
	};
}

const mixed = [0, 8, 8];
const equal = [8, 8, 8];

/** Whether the reader saw the first messages, and then how the writer has ended. */
const sawSome = (read: readonly string[], died: boolean): boolean => {
	const whole = expected(equal.slice(0, 2), 7);
	const before = read.slice(0, -1);
	const end = read.at(-1);
	return (
		same(before, whole.slice(0, before.length)) &&
		((died && end === `end ${DIED}`) || same(read, whole))
	);
};

/** What the reader of two rings saw: messages of each producer, then how they have ended. */
const sawBoth = (
	read: readonly string[] | undefined,
	each: readonly number[],
	end: readonly string[],
): boolean =>
	each.every(
		(count, n) =>
			read?.filter((what) => what.startsWith(`${n}:${n + 1}`)).length === count,
	) && same(read?.slice(each.reduce((a, b) => a + b)), end);

const fanIns: readonly Scenario[] = (["blocking", "async"] as const).map(
	(pause) => ({
		name: `two producers, one ${pause} reader that sleeps on one word`,
		kind: "messages",
		fan: "in",
		attachFirst: true,
		threads: [
			fanWriter(0, 1, false),
			fanWriter(1, 1, false),
			fanReader(pause, 2),
		],
		check: ([one, other, read]) =>
			same(one, ["wrote"]) &&
			same(other, ["wrote"]) &&
			sawBoth(read, [1, 1], []),
	}),
);

const fanOut: Scenario = {
	name: "two rings written by one, of which one is read",
	kind: "messages",
	fan: "out",
	attachFirst: true,
	threads: [fanOutWriter(5), fanOutReader(1)],
	// Ring 0 takes the first and one more, and is full for ever.
	check: ([wrote, read = []]) => {
		const rest = ["8:2", "8:3", "8:4", "8:5"];
		return (
			same(wrote, ["wrote"]) &&
			[rest, ...rest.map((one) => rest.filter((other) => other !== one))].some(
				(messages) => same(read, [...messages, `end ${ENDED}`]),
			)
		);
	},
};

const producerDies = (pause: "blocking" | "async"): Scenario => ({
	name: `a producer that dies, ${pause} reader`,
	kind: "messages",
	mortal: 0,
	threads: [
		writer(equal.slice(0, 2), 7),
		reader(pause),
		undertaker("producer"),
	],
	check: ([, read = []], died) => sawSome(read, died),
});

/** The payload of the first message lies at 24 in the ring. One pass later, it looks like the header of the fourth. */
const lookAlike: Scenario = {
	name: "a message that looks like a record",
	kind: "messages",
	start: BEFORE_THE_WRAP,
	threads: [
		writer([8, 8, 0], 7, false, 1, (n, length) =>
			n === 1 ? [1, 0, 0, 0, 24 + 1, 0, 0, 0] : new Array(length).fill(n),
		),
		reader("blocking"),
	],
	check: ([wrote, read]) =>
		same(wrote, ["wrote"]) && same(read, ["8:1,0,25", "8:2", "0:", "end 7"]),
};

/** What every test run explores. */
export const scenarios: readonly Scenario[] = [
	exchange("messages, blocking", mixed, [writer(mixed, 7), reader("blocking")]),
	exchange("messages, published in pairs, released together", equal, [
		writer(equal, 7, false, 2),
		reader("blocking", false),
	]),
	exchange("messages, waits that time out", equal, [
		writer(equal, 7, true),
		reader("timed"),
	]),
	exchange("messages, an asynchronous reader", mixed, [
		writer(mixed, 7),
		reader("async"),
	]),
	{
		name: "a stream, in place",
		kind: "bytes",
		start: BEFORE_THE_WRAP,
		threads: [streamWriter, streamReader],
		check: ([wrote, read]) =>
			same(wrote, ["wrote"]) &&
			same(read, [`${"1".repeat(20)}${"3".repeat(20)} end ${ENDED}`]),
	},
	{
		...exchange("messages, a reader without Atomics.waitAsync", mixed, [
			writer(mixed, 7),
			reader("async"),
		]),
		withoutWaitAsync: true,
	},
	{
		name: "copies",
		kind: "messages",
		threads: [
			writer(equal, 7),
			(ring, memory, observe, mark) => {
				const consumer = new ring.MessageConsumer(memory);
				while (consumer.end === 0) {
					for (;;) {
						mark(consumer, "");
						const copy = consumer.read();
						if (copy === undefined) break;
						observe(`${copy.length}:${[...new Set(copy)]}`);
					}
					ring.waitBlocking(consumer);
				}
				observe(`end ${consumer.end}`);
			},
		],
		check: ([wrote, read]) =>
			same(wrote, ["wrote"]) && same(read, expected(equal, 7)),
	},
	producerDies("blocking"),
	{
		name: "a consumer that dies before it reads",
		kind: "messages",
		mortal: 1,
		threads: [
			writer(equal, 7),
			(ring, memory) => {
				const consumer = new ring.MessageConsumer(memory);
				ring.waitBlocking(consumer);
				consumer.close(9);
			},
			undertaker("consumer"),
		],
		check: ([wrote], died) =>
			same(wrote, ["end 9"]) || (died && same(wrote, [`end ${DIED}`])),
	},
	{
		name: "a consumer that closes",
		kind: "messages",
		threads: [
			writer(equal, 7),
			(ring, memory, observe) => {
				const consumer = new ring.MessageConsumer(memory);
				while (!consumer.next()) ring.waitBlocking(consumer);
				observeNext(consumer, observe);
				consumer.close(9);
			},
		],
		check: ([wrote, read]) =>
			(same(wrote, ["wrote"]) || same(wrote, ["end 9"])) && same(read, ["8:1"]),
	},
	{
		name: "two that want one role",
		kind: "messages",
		threads: [0, 1].map(
			(): Thread => (ring, memory, observe) => {
				try {
					new ring.MessageProducer(memory);
					observe("taken");
				} catch (error) {
					// What leaves a thread is no error.
					if (!(error instanceof Error)) throw error;
					observe("refused");
				}
			},
		),
		check: (seen) => seen.flat().sort().join() === "refused,taken",
	},
	lookAlike,
	...fanIns,
	fanOut,
	...threeThreads,
	...overwriting,
];

const longer = [8, 0, 8, 3, 8];

/** What is explored beyond that at night. */
export const longScenarios: readonly Scenario[] = [
	...longOverwriting,
	...longThreeThreads,
	producerDies("async"),
	exchange("five messages, blocking", longer, [
		writer(longer, 7),
		reader("blocking"),
	]),
	exchange("five messages, released together, timed", longer, [
		writer(longer, 7, true, 2),
		reader("timed", false),
	]),
	{
		name: "a consumer that dies while it reads",
		kind: "messages",
		mortal: 1,
		threads: [writer(equal, 7), reader("blocking"), undertaker("consumer")],
		check: ([wrote, read = []], died) =>
			same(wrote, ["wrote"])
				? died || same(read, expected(equal, 7))
				: died && same(wrote, [`end ${DIED}`]),
	},
	exchange("five messages, asynchronous", longer, [
		writer(longer, 7, false, 3),
		reader("async", false),
	]),
	{
		name: "two producers that close, one reader",
		kind: "messages",
		fan: "in",
		attachFirst: true,
		threads: [fanWriter(0, 1), fanWriter(1, 1), fanReader("blocking")],
		check: ([, , read]) => sawBoth(read, [1, 1], [`end ${ENDED}`]),
	},
	{
		name: "two producers of three messages, one asynchronous reader",
		kind: "messages",
		fan: "in",
		attachFirst: true,
		threads: [
			fanWriter(0, 2, false),
			fanWriter(1, 1, false),
			fanReader("async", 3),
		],
		check: ([, , read]) => sawBoth(read, [2, 1], []),
	},
	{
		name: "one producer, two readers",
		kind: "messages",
		fan: "out",
		attachFirst: true,
		threads: [fanOutWriter(2), fanOutReader(0), fanOutReader(1)],
		check: ([wrote, one, other]) =>
			same(wrote, ["wrote"]) &&
			[["8:1"], ["8:1", "8:2"]].some((messages) =>
				same(one, [...messages, `end ${ENDED}`]),
			) &&
			(one?.length ?? 0) + (other?.length ?? 0) === 4,
	},
];
