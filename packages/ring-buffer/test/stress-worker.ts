// One side of a ring in a thread of its own, for one round after another. The length and the content of the nth message
// follow from n and the seed of the round.
import { parentPort } from "node:worker_threads";
import {
	MessageConsumer,
	MessageProducer,
	OPEN,
	type WaitResult,
	waitAsync,
	waitBlocking,
	waitSpinning,
} from "@framewright/ring-buffer";

export interface Task {
	readonly memory: SharedArrayBuffer;
	readonly role: "producer" | "consumer";
	readonly seed: number;
	/** How many are written. The consumer reads until the end. */
	readonly messages: number;
	readonly wait: "spinning" | "blocking" | "async" | "mixed";
	/** Whether messages are copied in and out, not written and read in place. */
	readonly copies: boolean;
	/** The consumer closes after so many. */
	readonly closeAfter: number;
}

export interface Result {
	/** Messages that were written and not refused, or read. */
	readonly messages: number;
	/** The number of the last of them. */
	readonly last: number;
	readonly end: number;
	readonly drops: number;
	readonly wrong: string | undefined;
}

export const PRODUCER_CODE = 7;
export const CONSUMER_CODE = 9;
const PATIENCE = 60_000;
const LENGTHS = 4096;
const GOLDEN = 0x9e3779b1 | 0;

/** Numbers that follow from a seed. */
function randomOf(seed: number): (below: number) => number {
	let state = seed | 1;
	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

/** Mostly short ones, a few longer ones, one of any length. 4 bytes at least, where a reader must learn the number of a message from it. */
function lengthsOf(seed: number, least: number, most: number): Uint32Array {
	const random = randomOf(seed);
	const upTo = (length: number): number =>
		least + random(Math.min(length, most) - least + 1);
	return Uint32Array.from({ length: LENGTHS }, (_, n) => {
		if (n === LENGTHS / 2) return upTo(most);
		return upTo(random(64) === 0 ? 512 : 40);
	});
}

/** Stands still now and then, for microseconds or a few milliseconds. */
function stallsOf(seed: number): (n: number) => void {
	const random = randomOf(seed);
	const sleep = new Int32Array(new SharedArrayBuffer(4));
	let next = random(1000);
	return (n) => {
		if (n < next) return;
		next = n + random(random(8) === 0 ? 1000 : 200_000);
		if (random(2) === 0) Atomics.wait(sleep, 0, 0, random(3));
		else for (let i = random(50_000); i > 0; i--) Atomics.load(sleep, 0);
	};
}

type Side = MessageProducer | MessageConsumer;

function wait(
	how: Task["wait"],
	side: Side,
	amount: number,
): WaitResult | Promise<WaitResult> {
	if (how === "spinning") return waitSpinning(side, PATIENCE, amount);
	if (how === "async") return waitAsync(side, PATIENCE, amount);
	if (how === "mixed") {
		const state = waitSpinning(side, 0.02, amount);
		if (state !== "timed-out") return state;
	}
	return waitBlocking(side, PATIENCE, amount);
}

/** Writes what the message of a number has in it, 4 bytes at a time, and then what is left. */
function fill(
	bytes: Uint8Array,
	words: Int32Array,
	offset: number,
	length: number,
	salted: number,
): void {
	const whole = (offset + length) >> 2;
	let word = salted;
	for (let k = offset >> 2; k < whole; k++, word = (word + GOLDEN) | 0)
		words[k] = word;
	for (let i = whole * 4; i < offset + length; i++) bytes[i] = salted + (i & 3);
}

/** Tells whether a message is what `fill` writes. */
function isRight(
	bytes: Uint8Array,
	words: Int32Array,
	offset: number,
	length: number,
	salted: number,
): boolean {
	const whole = (offset + length) >> 2;
	let word = salted;
	for (let k = offset >> 2; k < whole; k++, word = (word + GOLDEN) | 0)
		if (words[k] !== word) return false;
	for (let i = whole * 4; i < offset + length; i++)
		if (bytes[i] !== ((salted + (i & 3)) & 255)) return false;
	return true;
}

async function produce(task: Task): Promise<Result> {
	const { memory, seed, messages, copies } = task;
	const ring = new MessageProducer(memory);
	const { overwritable } = ring;
	const least = overwritable ? 4 : 0;
	const lengths = lengthsOf(seed, least, ring.maxLength);
	const random = randomOf(seed + 1);
	const stall = stallsOf(seed + 2);
	const { bytes } = ring;
	const words = new Int32Array(memory, bytes.byteOffset);
	const ownWords = new Int32Array(ring.maxLength / 4);
	const ownBytes = new Uint8Array(ownWords.buffer);
	let n = 0;
	let last = -1;
	let refused = 0;
	let held = random(32);

	/** Writes until there is no room for the next one. */
	const write = (): number => {
		for (; n < messages; n++) {
			const length = lengths[n & (LENGTHS - 1)] as number;
			if (overwritable || copies) {
				fill(ownBytes, ownWords, 0, length, (n + seed) | 0);
				const message = ownBytes.subarray(0, length);
				if (!overwritable) {
					if (!ring.append(message)) return length;
				} else if (!ring.overwrite(message)) {
					refused++;
					continue;
				}
			} else {
				if (!ring.claim(length)) return length;
				fill(bytes, words, ring.offset, length, (n + seed) | 0);
				ring.commit();
			}
			last = n;
			if (held-- === 0) {
				ring.publish();
				held = random(32);
			}
			stall(n);
		}
		return -1;
	};
	for (let length = write(); length >= 0; length = write()) {
		const state = await wait(task.wait, ring, length);
		if (state === "ready") continue;
		const wrong = state === "timed-out" ? "The producer hangs" : undefined;
		return { messages: n, last, end: ring.end, drops: 0, wrong };
	}
	ring.close(PRODUCER_CODE);
	return {
		messages: n - refused,
		last,
		end: ring.end,
		drops: ring.drops,
		wrong: undefined,
	};
}

async function consume(task: Task): Promise<Result> {
	const { memory, seed, copies } = task;
	const ring = new MessageConsumer(memory);
	const { overwritable } = ring;
	const most = ring.capacity / 2 - 8;
	const lengths = lengthsOf(seed, overwritable ? 4 : 0, most);
	const random = randomOf(seed + 3);
	const stall = stallsOf(seed + 4);
	const { bytes } = ring;
	const words = new Int32Array(memory, bytes.byteOffset);
	let n = 0;
	let last = -1;
	let held = random(32);
	let wrong: string | undefined;

	/** Tells whether this is a message that may come now, and notes its number. */
	const accept = (
		bytes: Uint8Array,
		words: Int32Array,
		offset: number,
		length: number,
	): boolean => {
		const number = overwritable
			? ((words[offset >> 2] as number) - seed) | 0
			: last + 1;
		const right =
			number > last &&
			length === lengths[number & (LENGTHS - 1)] &&
			isRight(bytes, words, offset, length, (number + seed) | 0);
		if (right) last = number;
		return right;
	};
	/** Reads all that there is, unless something is wrong. */
	const read = (): void => {
		for (; n < task.closeAfter; n++) {
			if (copies) {
				const copy = ring.read();
				if (copy === undefined) return;
				const ints = new Int32Array(copy.buffer, 0, copy.length >> 2);
				if (!accept(copy, ints, 0, copy.length)) break;
			} else {
				if (!ring.next()) return;
				if (!accept(bytes, words, ring.offset, ring.length)) break;
				if (held-- === 0) {
					ring.release();
					held = random(overwritable ? 3 : 32);
				}
			}
			stall(n);
		}
		if (n < task.closeAfter) wrong = `Message ${n} after ${last} is wrong`;
	};
	while (wrong === undefined && ring.end === OPEN) {
		read();
		if (n === task.closeAfter || wrong !== undefined) break;
		const state = await wait(task.wait, ring, 1);
		if (state === "timed-out") wrong = "The consumer hangs";
	}
	const end = n === task.closeAfter ? OPEN : ring.end;
	const { drops } = ring;
	ring.close(CONSUMER_CODE);
	return { messages: n, last, end, drops, wrong };
}

parentPort?.on("message", async (task: Task) => {
	const result = task.role === "producer" ? produce(task) : consume(task);
	parentPort?.postMessage(await result);
});
