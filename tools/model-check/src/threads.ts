import type { MessageConsumer, WaitResult } from "@framewright/ring-buffer";
import type { Thread } from "./explore.ts";

type Pause = "blocking" | "timed" | "async";

/** Writes messages of these lengths, the nth full of n; every `batch` of them is published at once. */
export function writer(
	lengths: readonly number[],
	code: number,
	timed = false,
	batch = 1,
): Thread {
	return (ring, memory, observe, mark) => {
		const producer = new ring.MessageProducer(memory);
		const { waitBlocking } = ring;
		for (const [n, length] of lengths.entries()) {
			const message = new Array(length).fill(n + 1) as unknown as Uint8Array;
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

/** Writes `count` messages of a length, the nth full of n, and drops the oldest for them. Tells which ones were dropped at once. */
export function overwriter(
	count: number,
	length: number,
	code: number,
): Thread {
	return (ring, memory, observe, mark) => {
		const producer = new ring.MessageProducer(memory);
		for (let n = 1; n <= count; n++) {
			mark(producer, n);
			const message = new Array(length).fill(n) as unknown as Uint8Array;
			if (!producer.overwrite(message)) observe(`refused ${n}`);
		}
		producer.close(code);
		observe(`drops ${producer.drops}`);
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
