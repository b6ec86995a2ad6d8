import { ENDED, OPEN } from "./layout.ts";
import { MessageProducer } from "./message-producer.ts";
import { assertFan } from "./sleepers.ts";
import type { Waiter } from "./wait.ts";

/**
 * Hands messages out to many consumers, each of which has a ring of its own: a message goes to the ring that is filled least
 * and has room for it, in turn among equals. So a consumer that is slow, or has stopped, gets less, or nothing.
 *
 *                                                     /--> ring 0 --> consumer 0
 *     one producer, which sleeps on the word of ring 0 ----> ring 1 --> consumer 1
 *                                                     \--> ring 2 --> consumer 2
 *
 * The rings are made by `createFan("out", count, capacity)`. Consumers are `new MessageConsumer(rings[i], rings[0])`.
 *
 * Takes the role of the producer of each ring. Throws what `MessageProducer` does, a `TypeError` for other rings, and a
 * `RangeError` for none.
 */
export class FanOut implements Waiter {
	/** The rings, by the number that `target` gives: for their `end`, `fill` and `drops`. */
	readonly targets: readonly MessageProducer[];
	readonly words: Int32Array;
	readonly wakeWord: number;
	/** The most bytes of a message: those that every ring takes. */
	readonly maxLength: number;
	/** The number of the ring that took the last message. */
	target = -1;

	constructor(rings: readonly SharedArrayBuffer[]) {
		assertFan(rings, "out");
		const [first] = rings;
		this.targets = rings.map((memory) => new MessageProducer(memory, first));
		const [lead] = this.targets;
		if (lead === undefined) throw new RangeError("A fan-out needs a ring");
		this.words = lead.words;
		this.wakeWord = lead.wakeWord;
		this.maxLength = Math.min(...this.targets.map((ring) => ring.maxLength));
	}

	/**
	 * Copies a message into the ring that is filled least, and publishes it; returns false when there is room in none. Makes
	 * no object. Throws a `RangeError` for a message of more than `maxLength` bytes.
	 */
	write(message: Uint8Array): boolean {
		const target = this.#leastFilled(message.length);
		if (target < 0) return false;
		this.target = target;
		return (this.targets[target] as MessageProducer).write(message);
	}

	/** Does nothing: every write is published. */
	flush(): void {}

	/** `OPEN` while any consumer is there; then how one has ended that should not have, or `ENDED`. */
	get end(): number {
		let how = ENDED;
		for (const { end } of this.targets) {
			if (end === OPEN) return OPEN;
			if (how === ENDED) how = end;
		}
		return how;
	}

	/** Closes every ring: with `ENDED`, or with the code of an error. */
	close(code?: number): void {
		for (const ring of this.targets) ring.close(code);
	}

	/** Tells whether a message of `length` bytes finds room. */
	poll(length: number): "ready" | "ended" | undefined {
		this.#assertLength(length);
		let ended = true;
		for (const ring of this.targets) {
			const state = ring.poll(length);
			if (state === "ready") return state;
			if (state === undefined) ended = false;
		}
		return ended ? "ended" : undefined;
	}

	/** The ring that is filled least of those that have room, the next one of equals; -1 if there is none. */
	#leastFilled(length: number): number {
		this.#assertLength(length);
		const { targets } = this;
		let best = -1;
		let least = Number.POSITIVE_INFINITY;
		for (let i = 1; i <= targets.length; i++) {
			const at = (this.target + i) % targets.length;
			const ring = targets[at] as MessageProducer;
			const { fill } = ring;
			if (fill < least && ring.poll(length) === "ready") {
				best = at;
				least = fill;
			}
		}
		return best;
	}

	#assertLength(length: number): void {
		if (!(length <= this.maxLength))
			throw new RangeError(
				`A message may have ${this.maxLength} bytes at most here, not ${length}`,
			);
	}
}
