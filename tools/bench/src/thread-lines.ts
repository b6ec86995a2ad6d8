// What carries messages from one worker to another, each way as its users would write it. Both ends run in `thread-worker.ts`.

import type { MessagePort } from "node:worker_threads";
import {
	createRing,
	MessageConsumer,
	MessageProducer,
	waitBlocking,
} from "@framewright/ring-buffer";
import { RingBuffer } from "ringbuf.js";

/** Bytes of every ring. */
export const CAPACITY = 1_048_576;

/** What the two ends of a line share. */
export interface Shared {
	readonly port: MessagePort;
	readonly memory: SharedArrayBuffer;
}

/** Sends or takes `count` messages of `size` bytes. Whoever takes them returns a sum of what it saw. */
export type End = (size: number, count: number) => number | Promise<number>;

/** A way to send messages from one thread to another. */
export interface Line {
	/** Makes the memory that both ends share. Default: none. */
	memory?(size: number): SharedArrayBuffer;
	send(shared: Shared, size: number): End;
	take(shared: Shared, size: number): End;
}

/** What current engines have: tells the processor that this loop waits. */
const { pause } = Atomics as { pause?: () => void };
const nobody = new Int32Array(new SharedArrayBuffer(4));

/**
 * Waits between two looks, for everyone who has to look: at first for a moment, and from the 2,000th look in vain on, asleep
 * for 50 microseconds, so that the thread that is waited for gets a core where there are too few.
 */
export function pauseBeforeLook(looks: number): void {
	if (looks < 2000) pause?.();
	else Atomics.wait(nobody, 0, 0, 0.05);
}

/** Marks the nth message at both ends, so that whoever takes it can tell that it is this one. */
export function mark(message: Uint8Array, n: number): void {
	message[0] = n;
	message[message.length - 1] = n >> 8;
}

/** Sums what tells a message from another. */
export function seen(
	bytes: Uint8Array,
	offset: number,
	length: number,
): number {
	return (
		length + (bytes[offset] as number) + (bytes[offset + length - 1] as number)
	);
}

/** Messages published or released at once; large ones by themselves, so that one is read while the next is written. */
const BATCH = 64;
const LARGE = 16_384;

function framewright(batch: number, sleeps: boolean): Line {
	return {
		memory: () => createRing("messages", CAPACITY),
		send({ memory }) {
			const ring = new MessageProducer(memory);
			return (size, count) => {
				const atOnce = size < LARGE ? batch : 1;
				const message = new Uint8Array(size);
				for (let n = 0; n < count; n++) {
					mark(message, n);
					for (let looks = 0; !ring.append(message); looks++)
						if (sleeps) waitBlocking(ring, 10_000, size);
						else pauseBeforeLook(looks);
					if (n % atOnce === atOnce - 1) ring.publish();
				}
				ring.publish();
				return 0;
			};
		},
		take({ memory }) {
			const ring = new MessageConsumer(memory);
			return (size, count) => {
				const atOnce = size < LARGE ? batch : 1;
				let sum = 0;
				for (let n = 0; n < count; n++) {
					for (let looks = 0; !ring.next(); looks++)
						if (sleeps) waitBlocking(ring, 10_000);
						else {
							ring.release();
							pauseBeforeLook(looks);
						}
					sum += seen(ring.bytes, ring.offset, ring.length);
					if (n % atOnce === atOnce - 1) ring.release();
				}
				ring.release();
				return sum;
			};
		},
	};
}

const copiedOut: Line = {
	...framewright(BATCH, true),
	take({ memory }) {
		const ring = new MessageConsumer(memory);
		return (_, count) => {
			let sum = 0;
			for (let n = 0; n < count; n++) {
				let message = ring.read();
				while (message === undefined) {
					waitBlocking(ring, 10_000);
					message = ring.read();
				}
				sum += seen(message, 0, message.length);
			}
			return sum;
		};
	},
};

/** A queue of slots of one size, as one writes it by hand: a position for each side, both on one line. */
const bare: Line = {
	memory: () => new SharedArrayBuffer(8 + CAPACITY),
	send({ memory }, size) {
		const positions = new Int32Array(memory, 0, 2);
		const bytes = new Uint8Array(memory, 8);
		const slots = Math.floor(CAPACITY / size);
		return (_, count) => {
			const message = new Uint8Array(size);
			for (let n = 0; n < count; n++) {
				mark(message, n);
				const at = Atomics.load(positions, 0);
				for (let looks = 0; at - Atomics.load(positions, 1) === slots; looks++)
					pauseBeforeLook(looks);
				bytes.set(message, (at % slots) * size);
				Atomics.store(positions, 0, at + 1);
			}
			return 0;
		};
	},
	take({ memory }, size) {
		const positions = new Int32Array(memory, 0, 2);
		const bytes = new Uint8Array(memory, 8);
		const slots = Math.floor(CAPACITY / size);
		return (_, count) => {
			let sum = 0;
			for (let n = 0; n < count; n++) {
				const at = Atomics.load(positions, 1);
				for (let looks = 0; Atomics.load(positions, 0) === at; looks++)
					pauseBeforeLook(looks);
				sum += seen(bytes, (at % slots) * size, size);
				Atomics.store(positions, 1, at + 1);
			}
			return sum;
		};
	},
};

const ringbuf: Line = {
	memory: () => RingBuffer.getStorageForCapacity(CAPACITY, Uint8Array),
	send({ memory }) {
		const ring = new RingBuffer(memory, Uint8Array);
		return (size, count) => {
			const message = new Uint8Array(size);
			for (let n = 0; n < count; n++) {
				mark(message, n);
				for (let looks = 0; ring.availableWrite() < size; looks++)
					pauseBeforeLook(looks);
				ring.push(message);
			}
			return 0;
		};
	},
	take({ memory }, size) {
		const ring = new RingBuffer(memory, Uint8Array);
		const message = new Uint8Array(size);
		return (_, count) => {
			let sum = 0;
			for (let n = 0; n < count; n++) {
				for (let looks = 0; ring.availableRead() < size; looks++)
					pauseBeforeLook(looks);
				ring.pop(message);
				sum += seen(message, 0, size);
			}
			return sum;
		};
	},
};

function postMessage(transfers: boolean): Line {
	return {
		send({ port }) {
			return (size, count) => {
				const message = new Uint8Array(size);
				for (let n = 0; n < count; n++) {
					mark(message, n);
					if (transfers) {
						const own = new Uint8Array(message);
						port.postMessage(own, [own.buffer]);
					} else port.postMessage(message);
				}
				return 0;
			};
		},
		take({ port }) {
			return (_, count) =>
				new Promise((resolve) => {
					let sum = 0;
					let n = 0;
					const receive = (message: Uint8Array): void => {
						sum += seen(message, 0, message.length);
						n += 1;
						if (n < count) return;
						port.off("message", receive);
						resolve(sum);
					};
					port.on("message", receive);
				});
		},
	};
}

/** Copies into shared memory and does no more: what no ring can exceed that takes a message from an array. */
const copyAlone: Line = {
	memory: () => new SharedArrayBuffer(CAPACITY),
	send: () => () => 0,
	take({ memory }, size) {
		const slots = Math.floor(CAPACITY / size);
		const bytes = new Uint8Array(memory);
		const message = new Uint8Array(new SharedArrayBuffer(size));
		return (_, count) => {
			let sum = 0;
			for (let n = 0; n < count; n++) {
				mark(message, n);
				const offset = (n % slots) * size;
				bytes.set(message, offset);
				sum += seen(bytes, offset, size);
			}
			return sum;
		};
	},
};

/** The lines, by the names of their rows. */
export const lines: Readonly<Record<string, Line>> = {
	"framewright, each by itself": framewright(1, false),
	"framewright, 64 at once": framewright(BATCH, false),
	"framewright, 64 at once, blocking waits": framewright(BATCH, true),
	"framewright, copied out, blocking waits": copiedOut,
	"bare queue of slots": bare,
	"ringbuf.js": ringbuf,
	"postMessage, copy": postMessage(false),
	"postMessage, transfer": postMessage(true),
	"set into shared memory, one thread": copyAlone,
};
