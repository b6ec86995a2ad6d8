import type { DecodeError, DecodeErrorCode } from "@framewright/codec";
import {
	CONSUMER_END,
	CONSUMER_HIGH,
	CONSUMER_ROLE,
	CONSUMER_WAKE,
	DROPS,
	ENDED,
	OPEN,
	PRODUCER_END,
	PRODUCER_HIGH,
	PRODUCER_ROLE,
	PRODUCER_WAKE,
	positionMaskOf,
	READ,
	type RingKind,
	WRITE,
} from "./layout.ts";
import { sleepersOf } from "./sleepers.ts";
import { checkedEnd, faultOf, validate } from "./validate.ts";
import { wake } from "./wake.ts";

/** The words of the header that belong to a side. */
interface RoleWords {
	readonly name: string;
	readonly role: number;
	readonly end: number;
	readonly wake: number;
	readonly high: number;
}

const producerWords: RoleWords = {
	name: "producer",
	role: PRODUCER_ROLE,
	end: PRODUCER_END,
	wake: PRODUCER_WAKE,
	high: PRODUCER_HIGH,
};
const consumerWords: RoleWords = {
	name: "consumer",
	role: CONSUMER_ROLE,
	end: CONSUMER_END,
	wake: CONSUMER_WAKE,
	high: CONSUMER_HIGH,
};

/** What the two sides of a ring share: a role, an end, and figures. */
export abstract class Side {
	/** Bytes of messages, or elements. */
	readonly capacity: number;
	/** Whether the producer may drop the oldest. */
	readonly overwritable: boolean;
	/** The header with the word that this side sleeps on, for the functions that wait. */
	readonly words: Int32Array;
	/** The index of that word. */
	readonly wakeWord: number;
	/** The header of this ring. */
	protected readonly header: Int32Array;
	/** Whether `close` was called here. */
	protected closed = false;
	protected fault: DecodeError | undefined;
	/** Positions are multiples of it, plus one. */
	protected readonly alignment: number;
	/** What of a distance between positions counts. */
	protected readonly positionMask: number;
	readonly #own: RoleWords;
	readonly #other: RoleWords;
	/** The header with the word that the other side sleeps on. */
	readonly #otherWords: Int32Array;
	#high = 0;

	constructor(
		memory: SharedArrayBuffer,
		kind: RingKind,
		role: "producer" | "consumer",
		lead: SharedArrayBuffer | undefined,
	) {
		const header = validate(memory);
		if (header.kind !== kind)
			throw new TypeError(`The ring carries ${header.kind}, not ${kind}`);
		const sleepers = sleepersOf(memory, header, lead);
		this.header = header.words;
		this.capacity = header.capacity;
		this.overwritable = header.overwritable;
		this.positionMask = positionMaskOf(header.overwritable);
		this.alignment = kind === "messages" ? 7 : 0;
		const other = role === "producer" ? "consumer" : "producer";
		this.#own = role === "producer" ? producerWords : consumerWords;
		this.#other = role === "producer" ? consumerWords : producerWords;
		this.words = sleepers[role];
		this.wakeWord = this.#own.wake;
		this.#otherWords = sleepers[other];
		if (Atomics.load(this.header, this.#own.end) !== OPEN)
			throw new Error(`The ${role} of this ring has ended`);
		if (Atomics.compareExchange(this.header, this.#own.role, 0, 1) !== 0)
			throw new Error(`This ring has a ${role} already`);
	}

	/**
	 * Tells whether `amount` can be moved now, or never will since the other side has ended; `undefined` if it is to be waited
	 * for. Throws a `RangeError` for an amount that no wait can bring.
	 */
	abstract poll(amount: number): "ready" | "ended" | undefined;

	/** Shows the other side all that was done here. */
	abstract flush(): void;

	/**
	 * Ends this side, after all that it has done: with `ENDED`, or with the code of an error, which is above 0. The other side
	 * gets it from `end`. Only the first call counts.
	 */
	close(code: number = ENDED): void {
		if (
			code !== ENDED &&
			!(Number.isInteger(code) && code > 0 && code < 2 ** 31)
		)
			throw new RangeError(
				`The code of an error must be a whole number from 1 to 2^31 - 1, not ${code}`,
			);
		if (this.closed) return;
		if (this.fault === undefined) this.flush();
		this.closed = true;
		this.forget();
		Atomics.compareExchange(this.header, this.#own.end, OPEN, code);
		this.wakeOther();
		// A wait of this thread's own, an asynchronous one, is over too.
		wake(this.words, this.wakeWord);
	}

	/** What is published and not yet released, in bytes of messages with their headers, or in elements. */
	get fill(): number {
		const read = Atomics.load(this.header, READ);
		const fill = (Atomics.load(this.header, WRITE) - read) & this.positionMask;
		// Both may move between the two loads.
		return Math.min(Math.max(fill, 0), this.capacity);
	}

	/** What of the capacity is not filled. */
	get free(): number {
		return this.capacity - this.fill;
	}

	/** The highest fill that either side has met when it looked how far the other one is. */
	get highWatermark(): number {
		return Math.max(
			Atomics.load(this.header, PRODUCER_HIGH),
			Atomics.load(this.header, CONSUMER_HIGH),
		);
	}

	/** How many messages or elements were dropped, modulo 2^32. */
	get drops(): number {
		return Atomics.load(this.header, DROPS) >>> 0;
	}

	/** Makes every operation take the way that looks for a fault or a close first. */
	protected abstract forget(): void;

	/** Wakes the other side, if it sleeps. */
	protected wakeOther(): void {
		wake(this.#otherWords, this.#other.wake);
	}

	/** How the other side has ended, or `OPEN`. */
	protected otherEnd(): number {
		return checkedEnd(this.header, this.#other.end);
	}

	/** Throws what stands in the way of any further operation. */
	protected assertAlive(): void {
		if (this.fault !== undefined) throw this.fault;
		if (this.closed) throw new Error(`The ${this.#own.name} was closed here`);
	}

	/** Throws a `DecodeError`, now and at every later operation. */
	protected fail(code: DecodeErrorCode, message: string, word: number): never {
		this.fault = faultOf(code, message, word);
		this.forget();
		throw this.fault;
	}

	/** Raises the mark of the highest fill. */
	protected measure(fill: number): void {
		if (fill <= this.#high) return;
		this.#high = fill;
		Atomics.store(this.header, this.#own.high, fill);
	}
}
