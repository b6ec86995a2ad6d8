import { ENDED, OPEN } from "./layout.ts";
import { MessageConsumer } from "./message-consumer.ts";
import { assertFan } from "./sleepers.ts";
import type { Waiter } from "./wait.ts";

/**
 * Reads the messages of many producers, each of which has a ring of its own: one of each in turn, so that none waits for more
 * than one message of each other.
 *
 *     producer 0 --> ring 0 --\
 *     producer 1 --> ring 1 ----> one consumer, which sleeps on the word of ring 0
 *     producer 2 --> ring 2 --/
 *
 * The rings are made by `createFan("in", count, capacity)`. Producers are `new MessageProducer(rings[i], rings[0])`.
 *
 * Takes the role of the consumer of each ring. Throws what `MessageConsumer` does, a `TypeError` for other rings, and a
 * `RangeError` for none.
 */
export class FanIn implements Waiter {
	/** The rings, by the number that `source` gives: for their `end`, `fill` and `drops`. */
	readonly sources: readonly MessageConsumer[];
	readonly words: Int32Array;
	readonly wakeWord: number;
	/** The data of the ring that `next` found a message in, at `bytes[offset, offset + length)`. */
	bytes: Uint8Array;
	offset = 0;
	length = 0;
	/** The number of that ring. */
	source = 0;
	#turn = 0;

	constructor(rings: readonly SharedArrayBuffer[]) {
		assertFan(rings, "in");
		const [first] = rings;
		this.sources = rings.map((memory) => new MessageConsumer(memory, first));
		const [lead] = this.sources;
		if (lead === undefined) throw new RangeError("A fan-in needs a ring");
		this.words = lead.words;
		this.wakeWord = lead.wakeWord;
		this.bytes = lead.bytes;
	}

	/**
	 * Moves to the next message, of the ring whose turn it is, without making an object; returns false when no ring has one
	 * yet. The bytes stay until `release`. A corrupted ring throws its `DecodeError` whenever it has its turn; the others go on.
	 */
	next(): boolean {
		const { sources } = this;
		for (let looked = 0; looked < sources.length; looked++) {
			const turn = this.#turn;
			this.#turn = turn + 1 === sources.length ? 0 : turn + 1;
			const ring = sources[turn] as MessageConsumer;
			if (!ring.next()) continue;
			this.source = turn;
			this.bytes = ring.bytes;
			this.offset = ring.offset;
			this.length = ring.length;
			return true;
		}
		return false;
	}

	/** Copies the next message to memory of its own, and releases all that was read; `undefined` if there is none yet. */
	read(): Uint8Array | undefined {
		if (!this.next()) return undefined;
		const copy = this.bytes.slice(this.offset, this.offset + this.length);
		this.release();
		return copy;
	}

	/** Gives the room of all that was read back to the producers. */
	release(): void {
		for (const ring of this.sources) ring.release();
	}

	flush(): void {
		this.release();
	}

	/** `OPEN` while any ring is; then how one has ended that should not have, or `ENDED`. */
	get end(): number {
		let how = ENDED;
		for (const { end } of this.sources) {
			if (end === OPEN) return OPEN;
			if (how === ENDED) how = end;
		}
		return how;
	}

	/** Closes every ring: with `ENDED`, or with the code of an error. */
	close(code?: number): void {
		for (const ring of this.sources) ring.close(code);
	}

	/** Tells whether there is a message. Throws a `RangeError` for more than one. */
	poll(messages: number): "ready" | "ended" | undefined {
		let ended = true;
		for (const ring of this.sources) {
			const state = ring.poll(messages);
			if (state === "ready") return state;
			if (state === undefined) ended = false;
		}
		return ended ? "ended" : undefined;
	}
}
