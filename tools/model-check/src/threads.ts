import type {
	FanOut,
	MessageConsumer,
	WaitResult,
} from "@framewright/ring-buffer";
import type { Thread } from "./explore.ts";

type Pause = "blocking" | "timed" | "async";

/** The nth message: full of n. */
const fullOf = (n: number, length: number): number[] =>
	new Array(length).fill(n);

/** Writes messages of these lengths; every `batch` of them is published at once. */
export function writer(
	lengths: readonly number[],
	code: number,
	timed = false,
	batch = 1,
	messageOf = fullOf,
): Thread {
	return (ring, memory, observe, mark) => {
		const producer = new ring.MessageProducer(memory);
		const { waitBlocking } = ring;
		for (const [n, length] of lengths.entries()) {
			const message = messageOf(n + 1, length) as unknown as Uint8Array;
			for (;;) {
				mark(producer, n);
				if (producer.append(message)) break;
				let state: WaitResult = "timed-out";
				if (timed) state = waitBlocking(producer, 10, length);
				if (state === "timed-out")
					state = waitBlocking(producer, undefined, length);
				if (state === "ended") return observe(`end ${producer.end}`);
			}
			if ((n + 1) % batch === 0) producer.publish();
		}
		producer.close(code);
		observe("wrote");
	};
}

/** Tells the length and the content of the message that was found. */
export function observeNext(
	consumer: MessageConsumer,
	observe: (what: string) => void,
): void {
	const { bytes, offset, length } = consumer;
	observe(`${length}:${[...new Set(bytes.slice(offset, offset + length))]}`);
}

/** Reads messages until the end, and releases them one by one, or all that there are at once. */
export function reader(pause: Pause, each = true): Thread {
	return (ring, memory, observe, mark) => {
		const consumer = new ring.MessageConsumer(memory);
		const drain = (): boolean => {
			for (;;) {
				mark(consumer, "");
				if (!consumer.next()) break;
				observeNext(consumer, observe);
				if (each) consumer.release();
			}
			mark(consumer, "drained");
			if (consumer.end === 0) return false;
			observe(`end ${consumer.end}`);
			return true;
		};
		if (pause === "async") {
			const turn = (): void => {
				if (!drain()) ring.waitAsync(consumer).then(turn);
			};
			return turn();
		}
		while (!drain()) {
			if (pause === "timed" && ring.waitBlocking(consumer, 10) !== "timed-out")
				continue;
			ring.waitBlocking(consumer);
		}
	};
}

/** Writes bytes of a stream in place and as copies. */
export const streamWriter: Thread = (ring, memory, observe, mark) => {
	const producer = new ring.StreamProducer(memory, "bytes");
	for (const from of [1, 3]) {
		const bytes = new Array(20).fill(from) as unknown as Uint8Array;
		let rest: Uint8Array = bytes;
		for (;;) {
			mark(producer, [from, rest.length]);
			const count = producer.claim(rest.length);
			if (count > 0)
				producer.elements.set(rest.slice(0, count), producer.offset);
			producer.commit();
			producer.publish();
			rest = rest.slice(count);
			if (rest.length === 0) break;
			ring.waitBlocking(producer);
		}
	}
	producer.close();
	observe("wrote");
};

/** Reads a stream in place until its end, and tells all of it. */
export const streamReader: Thread = (ring, memory, observe, mark) => {
	const consumer = new ring.StreamConsumer(memory, "bytes");
	let seen = "";
	while (consumer.end === 0) {
		for (;;) {
			mark(consumer, seen);
			if (!consumer.next()) break;
			const { elements, offset, length } = consumer;
			seen += elements.slice(offset, offset + length).join("");
			consumer.release();
		}
		ring.waitBlocking(consumer);
	}
	observe(`${seen} end ${consumer.end}`);
};

/** Marks the side of a thread dead that has died. */
export const undertaker =
	(role: "producer" | "consumer"): Thread =>
	(ring, memory) =>
		ring.markDead(memory, role);

/** Writes messages of 8 bytes into the nth of many rings, all full of n + 1; then closes, if it does. */
export const fanWriter =
	(n: number, count: number, closes = true): Thread =>
	(ring, memory, observe, mark, memories) => {
		const own = memories[n] as SharedArrayBuffer;
		const producer = new ring.MessageProducer(own, memory);
		const message = new Array(8).fill(n + 1) as unknown as Uint8Array;
		for (let i = 0; i < count; i++) {
			for (;;) {
				mark(producer, i);
				if (producer.write(message)) break;
				ring.waitBlocking(producer, undefined, 8);
			}
		}
		if (closes) producer.close();
		observe("wrote");
	};

/** Reads all rings as one, until all have ended, or until it has read so many messages. */
export const fanReader =
	(pause: "blocking" | "async", most = Number.POSITIVE_INFINITY): Thread =>
	(ring, _memory, observe, mark, memories) => {
		const fan = new ring.FanIn(memories);
		const fields = (): object => fieldsOf([fan, ...fan.sources]);
		let left = most;
		const drain = (): boolean => {
			for (; left > 0; left--) {
				mark(fields(), "");
				if (!fan.next()) break;
				const { bytes, offset, length, source } = fan;
				observe(
					`${source}:${[...new Set(bytes.slice(offset, offset + length))]}`,
				);
				fan.release();
			}
			if (left === 0) return true;
			mark(fields(), "drained");
			if (most < Number.POSITIVE_INFINITY || fan.end === 0) return false;
			observe(`end ${fan.end}`);
			return true;
		};
		if (pause === "blocking") {
			while (!drain()) ring.waitBlocking(fan);
			return;
		}
		const turn = (): void => {
			if (!drain()) ring.waitAsync(fan).then(turn);
		};
		turn();
	};

/** Hands messages of 8 bytes out to all rings, the nth full of n; then closes them. */
export const fanOutWriter =
	(count: number): Thread =>
	(ring, _memory, observe, mark, memories) => {
		const fan: FanOut = new ring.FanOut(memories);
		for (let n = 1; n <= count; n++) {
			const message = new Array(8).fill(n) as unknown as Uint8Array;
			for (;;) {
				mark(fieldsOf([fan, ...fan.targets]), n);
				if (fan.write(message)) break;
				if (ring.waitBlocking(fan, undefined, 8) === "ended")
					return observe(`end ${fan.end}`);
			}
		}
		fan.close();
		observe("wrote");
	};

/** Reads the nth of many rings, until it has ended. */
export const fanOutReader =
	(n: number): Thread =>
	(ring, memory, observe, mark, memories) => {
		const own = memories[n] as SharedArrayBuffer;
		const consumer = new ring.MessageConsumer(own, memory);
		for (;;) {
			for (;;) {
				mark(consumer, "");
				if (!consumer.next()) break;
				observeNext(consumer, observe);
				consumer.release();
			}
			mark(consumer, "drained");
			if (consumer.end !== 0) break;
			ring.waitBlocking(consumer);
		}
		observe(`end ${consumer.end}`);
	};

function fieldsOf(sides: readonly object[]): object {
	return Object.fromEntries(
		sides.flatMap((side, i) =>
			Object.entries(side).map(([name, value]) => [`${i}${name}`, value]),
		),
	);
}
