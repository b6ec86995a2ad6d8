// What carries a question from one worker to another and the answer back, a message of 64 B each way.

import type { MessagePort } from "node:worker_threads";
import {
	createRing,
	MessageConsumer,
	MessageProducer,
	waitAsync,
	waitBlocking,
	waitSpinning,
} from "@framewright/ring-buffer";
import { RingBuffer } from "ringbuf.js";

const SIZE = 64;
const CAPACITY = 65_536;

/** What the two ends share: a port, and memory for each direction. */
export interface Pair {
	readonly port: MessagePort;
	readonly there: SharedArrayBuffer;
	readonly back: SharedArrayBuffer;
}

/** One end of a conversation, which asks and is answered `count` times, or answers as often. */
export interface Speaker {
	/** Resolves with the nanoseconds of each round trip. */
	ask(count: number): Promise<Float64Array>;
	answer(count: number): Promise<void>;
}

/** A way to ask another thread. */
export interface Turns {
	/** Makes the memory of one direction. Default: none. */
	memory?(): SharedArrayBuffer;
	speaker(
		write: SharedArrayBuffer,
		read: SharedArrayBuffer,
		port: MessagePort,
	): Speaker;
}

const PATIENCE = 10_000;

/** Looks at every fourth byte of a message, so that all of its cache lines have to come, as for who uses it. */
function readInPlace({ bytes, offset, length }: MessageConsumer): void {
	let sum = 0;
	for (let i = 0; i < length; i += 4) sum += bytes[offset + i] as number;
	if (sum !== 0 || length !== SIZE) throw new Error("This is another message");
}

function framewright(wait: typeof waitSpinning | typeof waitBlocking): Turns {
	return {
		memory: () => createRing("messages", CAPACITY),
		speaker(there, back) {
			const output = new MessageProducer(there);
			const input = new MessageConsumer(back);
			const message = new Uint8Array(SIZE);
			// Waiting releases what was read: the answer goes out before that.
			const receive = (): void => {
				while (!input.next()) wait(input, PATIENCE);
				readInPlace(input);
			};
			return speakSynchronously(() => output.write(message), receive);
		},
	};
}

const framewrightAsync: Turns = {
	memory: () => createRing("messages", CAPACITY),
	speaker(there, back) {
		const output = new MessageProducer(there);
		const input = new MessageConsumer(back);
		const message = new Uint8Array(SIZE);
		const receive = async (): Promise<void> => {
			while (!input.next()) await waitAsync(input, PATIENCE);
			readInPlace(input);
			input.release();
		};
		return {
			async ask(count) {
				const times = new Float64Array(count);
				for (let n = 0; n < count; n++) {
					const start = performance.now();
					output.write(message);
					await receive();
					times[n] = 1e6 * (performance.now() - start);
				}
				return times;
			},
			async answer(count) {
				for (let n = 0; n < count; n++) {
					await receive();
					output.write(message);
				}
			},
		};
	},
};

const ringbuf: Turns = {
	memory: () => RingBuffer.getStorageForCapacity(CAPACITY, Uint8Array),
	speaker(there, back) {
		const output = new RingBuffer(there, Uint8Array);
		const input = new RingBuffer(back, Uint8Array);
		const message = new Uint8Array(SIZE);
		return speakSynchronously(
			() => output.push(message),
			() => {
				while (input.availableRead() < SIZE);
				input.pop(message);
			},
		);
	},
};

/** One word each way, and nothing else: what no two threads can be faster than. */
const bare: Turns = {
	memory: () => new SharedArrayBuffer(4),
	speaker(there, back) {
		const output = new Int32Array(there);
		const input = new Int32Array(back);
		let seen = 0;
		return speakSynchronously(
			() => Atomics.add(output, 0, 1),
			() => {
				while (Atomics.load(input, 0) === seen);
				seen += 1;
			},
		);
	},
};

const ports: Turns = {
	speaker(_there, _back, port) {
		const message = new Uint8Array(SIZE);
		const each = (count: number, then: (n: number) => void): Promise<void> =>
			new Promise((resolve) => {
				let n = 0;
				const receive = (): void => {
					then(n);
					n += 1;
					if (n < count) return;
					port.off("message", receive);
					resolve();
				};
				port.on("message", receive);
			});
		return {
			async ask(count) {
				const times = new Float64Array(count);
				let start = performance.now();
				const answered = each(count, (n) => {
					times[n] = 1e6 * (performance.now() - start);
					start = performance.now();
					if (n < count - 1) port.postMessage(message);
				});
				start = performance.now();
				port.postMessage(message);
				await answered;
				return times;
			},
			answer: (count) => each(count, () => port.postMessage(message)),
		};
	},
};

function speakSynchronously(send: () => unknown, receive: () => void): Speaker {
	return {
		async ask(count) {
			const times = new Float64Array(count);
			for (let n = 0; n < count; n++) {
				const start = performance.now();
				send();
				receive();
				times[n] = 1e6 * (performance.now() - start);
			}
			return times;
		},
		async answer(count) {
			for (let n = 0; n < count; n++) {
				receive();
				send();
			}
		},
	};
}

/** The conversations, by the names of their rows. */
export const turns: Readonly<Record<string, Turns>> = {
	"framewright, spinning": framewright(waitSpinning),
	"framewright, blocking waits": framewright(waitBlocking),
	"framewright, asynchronous waits": framewrightAsync,
	"bare word, polled": bare,
	"ringbuf.js, polled": ringbuf,
	postMessage: ports,
};
