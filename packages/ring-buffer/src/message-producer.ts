import { copyElements } from "./copy.ts";
import {
	HEADER_BYTES,
	PADDING,
	RECORD_HEADER_BYTES,
	recordBytes,
	sequenceOf,
} from "./layout.ts";
import { Producer } from "./producer.ts";

/**
 * Writes messages. A record begins at a multiple of 8 and never wraps: what is left at the end of the ring is padding.
 *
 *     [length: i32] [sequence: i32] [payload] [up to 7 bytes]
 *     [-1: i32] [sequence: i32] [whatever is left before the end of the ring]
 *
 * A record is published when its sequence is its position modulo 2^31, with the lowest bit set.
 *
 * Takes the role of the producer. Throws a `DecodeError` if the memory is no sound ring, an `Error` if the role is taken.
 *
 * `lead` is for a ring of a fan, which needs it: the memory of the first one.
 */
export class MessageProducer extends Producer {
	/** The most bytes of a message: half the capacity, less 8. Any such message fits into an empty ring, wherever it starts. */
	readonly maxLength: number;
	/** The data of the ring: what was claimed lies at `bytes[offset, offset + length)`. */
	readonly bytes: Uint8Array;
	offset = 0;
	readonly #records: Int32Array;
	#claimed = -1;
	#padding = 0;

	constructor(memory: SharedArrayBuffer, lead?: SharedArrayBuffer) {
		super(memory, "messages", lead);
		this.maxLength = this.capacity / 2 - RECORD_HEADER_BYTES;
		this.bytes = new Uint8Array(memory, HEADER_BYTES);
		this.#records = new Int32Array(memory, HEADER_BYTES);
	}

	/**
	 * Makes room for a message of up to `length` bytes, to be written to `bytes` from `offset` on and then committed. Returns
	 * false when the ring is full. A second claim takes the place of the first.
	 */
	claim(length: number): boolean {
		const { capacity } = this;
		this.#claimed = -1;
		const units = this.#unitsFor(length);
		if (units > this.vacant) {
			this.refresh();
			if (units > this.vacant) return false;
		}
		const at = this.position & (capacity - 1);
		this.#padding = units - recordBytes(length);
		this.#claimed = length;
		this.offset = ((at + this.#padding) & (capacity - 1)) + RECORD_HEADER_BYTES;
		return true;
	}

	/** Ends the claimed message, which may have become shorter. It is seen when it is published. */
	commit(length: number = this.#claimed): void {
		this.assertAlive();
		if (this.#claimed < 0) throw new Error("commit() needs a claim()");
		if (!(Number.isInteger(length) && length >= 0 && length <= this.#claimed))
			throw new RangeError(
				`${this.#claimed} bytes were claimed, not ${length}`,
			);
		if (this.#padding > 0) this.#begin(this.#padding, PADDING);
		this.#begin(recordBytes(length), length);
		this.#claimed = -1;
	}

	/** Gives up what was claimed. */
	abort(): void {
		this.#claimed = -1;
	}

	/** Adds a message that is seen when it is published, or returns false when the ring is full. */
	append(message: Uint8Array): boolean {
		if (!this.claim(message.length)) return false;
		copyElements(this.bytes, this.offset, message, 0, message.length);
		this.commit();
		return true;
	}

	/** Adds a message and publishes it, or returns false when the ring is full. */
	write(message: Uint8Array): boolean {
		const written = this.append(message);
		if (written) this.publish();
		return written;
	}

	/** As `write`, but a message that finds no room is counted as dropped. */
	writeOrDrop(message: Uint8Array): boolean {
		const written = this.write(message);
		if (!written) this.drop(1);
		return written;
	}

	/**
	 * Drops the oldest messages until one of `length` bytes can be claimed. Returns false, and drops no more, if the consumer is
	 * reading them in place. Throws an `Error` if the ring was not made overwritable.
	 */
	makeRoom(length: number): boolean {
		return this.dropOldest(this.#unitsFor(length));
	}

	/**
	 * As `write`, but the oldest messages make room, and are counted as dropped; if the consumer is reading them in place, it is
	 * this one that is dropped. Throws an `Error` if the ring was not made overwritable.
	 */
	overwrite(message: Uint8Array): boolean {
		if (this.makeRoom(message.length)) return this.write(message);
		this.drop(1);
		return false;
	}

	/** Tells whether a message of `length` bytes finds room. */
	poll(length: number): "ready" | "ended" | undefined {
		return this.pollRoom(this.#unitsFor(length));
	}

	/** Shows the first record last, and so all of them at once. */
	protected override reveal(from: number): void {
		// What lies behind them is what a message of the last pass held, which may look like a sequence. In a full ring it is
		// the header of one.
		if (this.vacant > 0) this.#records[this.#headerOf(this.position) + 1] = 0;
		Atomics.store(this.#records, this.#headerOf(from) + 1, sequenceOf(from));
	}

	protected oldest(read: number, needed: number): number {
		const published = (this.position - read) & this.positionMask;
		let units = 0;
		this.passed = 0;
		while (units < needed) {
			const at = (read + units) & (this.capacity - 1);
			const toEnd = this.capacity - at;
			// It was written here; but the other side can write there, too.
			const length = this.#records[at >> 2] ?? PADDING;
			const record = length === PADDING ? toEnd : recordBytes(length);
			if (
				length < PADDING ||
				(length === PADDING && at === 0) ||
				length > this.maxLength ||
				record > Math.min(toEnd, published - units)
			)
				this.fail(
					"invalid-length",
					"No record has this length",
					(HEADER_BYTES + at) >> 2,
				);
			if (length !== PADDING) this.passed++;
			units += record;
		}
		return units;
	}

	/** Writes the header of a record, and moves behind it. The first one to be published gets its sequence then. */
	#begin(units: number, length: number): void {
		const { position } = this;
		const header = this.#headerOf(position);
		this.#records[header] = length;
		if (position !== this.published)
			this.#records[header + 1] = sequenceOf(position);
		this.advance(units);
	}

	/** The index of the header of a record. */
	#headerOf(position: number): number {
		return (position & (this.capacity - 1)) >> 2;
	}

	/** What a message takes up at this position: its record, and the padding before it. */
	#unitsFor(length: number): number {
		if (!(Number.isInteger(length) && length >= 0 && length <= this.maxLength))
			throw new RangeError(
				`A message may have ${this.maxLength} bytes at most here, not ${length}`,
			);
		const record = recordBytes(length);
		const toEnd = this.capacity - (this.position & (this.capacity - 1));
		return toEnd < record ? toEnd + record : record;
	}
}
