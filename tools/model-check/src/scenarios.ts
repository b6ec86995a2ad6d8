import type { Scenario, Thread } from "./explore.ts";
import {
	observeNext,
	overwriter,
	reader,
	streamReader,
	streamWriter,
	undertaker,
	writer,
} from "./threads.ts";

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

/**
 * Whether the reader saw messages in order, each at most once, none that was refused, the last one that was not; and whether
 * the others were counted as dropped.
 */
const sawTheNewest =
	(count: number) =>
	([wrote = [], read = []]: readonly (readonly string[])[]): boolean => {
		const numbers = read.slice(0, -1).map((what) => {
			const [, content = ""] = what.split(":");
			return Number(content);
		});
		const refused = wrote
			.filter((what) => what.startsWith("refused"))
			.map((what) => Number(what.split(" ")[1]));
		const kept = Array.from({ length: count }, (_, i) => i + 1).filter(
			(n) => !refused.includes(n),
		);
		return (
			read.at(-1) === "end 7" &&
			numbers.every(
				(n, i) => kept.includes(n) && (i === 0 || n > (numbers[i - 1] ?? n)),
			) &&
			numbers.at(-1) === kept.at(-1) &&
			wrote.at(-1) === `drops ${count - numbers.length}`
		);
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
	...(["blocking", "async"] as const).map(
		(pause): Scenario => ({
			name: `messages that drop the oldest, ${pause} reader`,
			kind: "messages",
			overwritable: true,
			start: BEFORE_THE_WRAP,
			threads: [overwriter(4, 8, 7), reader(pause)],
			check: sawTheNewest(4),
		}),
	),
	{
		name: "messages that drop the oldest, released together",
		kind: "messages",
		overwritable: true,
		start: BEFORE_THE_WRAP,
		threads: [overwriter(4, 8, 7), reader("blocking", false)],
		check: sawTheNewest(4),
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
	...(["blocking", "async"] as const).map(
		(pause): Scenario => ({
			name: `a producer that dies, ${pause} reader`,
			kind: "messages",
			mortal: 0,
			threads: [
				writer(equal.slice(0, 2), 7),
				reader(pause),
				undertaker("producer"),
			],
			check: ([, read = []], died) => sawSome(read, died),
		}),
	),
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
];

const longer = [8, 0, 8, 3, 8];

/** What is explored beyond that at night. */
export const longScenarios: readonly Scenario[] = [
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
];
