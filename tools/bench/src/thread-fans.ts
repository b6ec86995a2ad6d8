// What carries messages of 64 B from several threads to one: a ring for each, or one ring for all.

import {
	createFan,
	FanIn,
	MessageProducer,
	waitBlocking,
} from "@framewright/ring-buffer";
import { CAPACITY, mark, pauseBeforeLook, seen } from "./thread-lines.ts";

export const FAN_SIZE = 64;

/** One end of a fan: sends or takes so many messages. Whoever takes them returns a sum of what it saw. */
type FanEnd = (count: number) => number;

/** A way to send messages from several threads to one. */
export interface Fan {
	memories(senders: number): SharedArrayBuffer[];
	send(memories: readonly SharedArrayBuffer[], sender: number): FanEnd;
	/** Takes `count` messages in all. */
	take(memories: readonly SharedArrayBuffer[]): FanEnd;
}

const BATCH = 16;
const PATIENCE = 10_000;

const fanIn: Fan = {
	memories: (senders) => createFan("in", senders, CAPACITY),
	send(memories, sender) {
		const [lead] = memories;
		const ring = new MessageProducer(
			memories[sender] as SharedArrayBuffer,
			lead,
		);
		const message = new Uint8Array(FAN_SIZE);
		return (count) => {
			for (let n = 0; n < count; n++) {
				mark(message, n);
				while (!ring.append(message)) waitBlocking(ring, PATIENCE, FAN_SIZE);
				if (n % BATCH === BATCH - 1) ring.publish();
			}
			ring.publish();
			return 0;
		};
	},
	take(memories) {
		const fan = new FanIn(memories);
		return (count) => {
			let sum = 0;
			for (let n = 0; n < count; n++) {
				while (!fan.next()) waitBlocking(fan, PATIENCE);
				sum += seen(fan.bytes, fan.offset, fan.length);
				if (n % BATCH === BATCH - 1) fan.release();
			}
			fan.release();
			return sum;
		};
	},
};

// The sketch: [tail] [head] [records], each record [length, or 0 while it is written] [payload], of one size, so that none wraps.
const TAIL = 0;
const HEAD = 32;
const HEADER_BYTES = 256;
const RECORD = 8 + FAN_SIZE;
const SLOTS = 1 << Math.floor(Math.log2(CAPACITY / RECORD));

/**
 * One ring for all producers: each claims a slot by comparing and exchanging the tail, copies, and stores the length last.
 * The consumer zeroes each length that it has read. A producer that dies in between would stop it for ever.
 */
const oneForAll: Fan = {
	memories: () => [new SharedArrayBuffer(HEADER_BYTES + SLOTS * RECORD)],
	send([memory]) {
		const { positions, lengths, bytes } = viewsOf(memory);
		const message = new Uint8Array(FAN_SIZE);
		let head = 0;
		return (count) => {
			for (let n = 0; n < count; n++) {
				mark(message, n);
				let slot = 0;
				for (let looks = 0; ; looks++) {
					slot = Atomics.load(positions, TAIL);
					if (((slot - head) | 0) >= SLOTS) {
						head = Atomics.load(positions, HEAD);
						if (((slot - head) | 0) >= SLOTS) {
							pauseBeforeLook(looks);
							continue;
						}
					}
					if (
						Atomics.compareExchange(positions, TAIL, slot, (slot + 1) | 0) ===
						slot
					)
						break;
				}
				const at = (slot & (SLOTS - 1)) * RECORD;
				bytes.set(message, at + 8);
				Atomics.store(lengths, at >> 2, FAN_SIZE);
			}
			return 0;
		};
	},
	take([memory]) {
		const { positions, lengths, bytes } = viewsOf(memory);
		let head = 0;
		return (count) => {
			let sum = 0;
			for (let n = 0; n < count; n++) {
				const at = (head & (SLOTS - 1)) * RECORD;
				let length = Atomics.load(lengths, at >> 2);
				for (let looks = 0; length === 0; looks++) {
					Atomics.store(positions, HEAD, head);
					pauseBeforeLook(looks);
					length = Atomics.load(lengths, at >> 2);
				}
				sum += seen(bytes, at + 8, length);
				lengths[at >> 2] = 0;
				head = (head + 1) | 0;
				if (n % BATCH === BATCH - 1) Atomics.store(positions, HEAD, head);
			}
			Atomics.store(positions, HEAD, head);
			return sum;
		};
	},
};

function viewsOf(memory: SharedArrayBuffer | undefined) {
	if (memory === undefined) throw new Error("The sketch has one memory");
	return {
		positions: new Int32Array(memory, 0, HEADER_BYTES / 4),
		lengths: new Int32Array(memory, HEADER_BYTES),
		bytes: new Uint8Array(memory, HEADER_BYTES),
	};
}

/** The fans, by the names of their rows. */
export const fans: Readonly<Record<string, Fan>> = {
	"framewright, a ring for each": fanIn,
	"sketch of one ring for all": oneForAll,
};
