import { Consumer } from "./consumer.ts";
import {
	HEADER_BYTES,
	PADDING,
	RECORD_HEADER_BYTES,
	recordBytes,
	sequenceOf,
} from "./layout.ts";

/** How often the write position is looked at in a pass around the ring. */
const LOOKS = 8;

/**
 * Reads messages, in place or as copies.
 *
 * Takes the role of the consumer. Throws a `DecodeError` if the memory is no sound ring, an `Error` if the role is taken.
 *
 * `lead` is for a ring of a fan, which needs it: the memory of the first one.
 */
export class MessageConsumer extends Consumer {
	/** The data of the ring: the message that `next` found lies at `bytes[offset, offset + length)`. */
	readonly bytes: Uint8Array;
	offset = 0;
	length = 0;
	readonly #records: Int32Array;
	readonly #maxLength: number;
	/** Of the message that was found, and is to be read next. */
	#at = 0;
	#length = 0;
	/** Where the write position was looked at last. */
	#looked: number;

	constructor(memory: SharedArrayBuffer, lead?: SharedArrayBuffer) {
		super(memory, "messages", lead);
		this.#maxLength = this.capacity / 2 - RECORD_HEADER_BYTES;
		this.bytes = new Uint8Array(memory, HEADER_BYTES);
		this.#records = new Int32Array(memory, HEADER_BYTES);
		this.#looked = this.position;
	}

	/**
	 * Moves to the next message, `bytes[offset, offset + length)`, without making an object; returns false when there is none
	 * yet. The bytes stay until `release`, those of all messages since the last one.
	 *
	 * Throws a `DecodeError`, `invalid-length`, at a record that no producer writes; and at every later call.
	 */
	next(): boolean {
		if (this.available <= 0) {
			this.refresh();
			if (this.available === 0) return false;
		}
		this.offset = this.#at + RECORD_HEADER_BYTES;
		this.length = this.#length;
		// Means nothing to anyone. But to write to a cache line takes it from the producer, which is quicker to get it back
		// whole than to have it unshared.
		this.#records[(this.#at >> 2) + 1] = 0;
		this.advance(this.available);
		return true;
	}

	/** Copies the next message to memory of its own, which is not shared, and releases all that was read; `undefined` if there is none yet. */
	read(): Uint8Array | undefined {
		if (!this.next()) return undefined;
		const { bytes, offset, length } = this;
		// Both copy. Each is the quicker one on its side of about here.
		const copy =
			length < 1024
				? bytes.slice(offset, offset + length)
				: new Uint8Array(bytes.subarray(offset, offset + length));
		this.release();
		return copy;
	}

	/** Tells whether there is a message. Throws a `RangeError` for more than one: who waits for two may wait for ever. */
	poll(messages: number): "ready" | "ended" | undefined {
		if (messages !== 1)
			throw new RangeError(
				`Messages are waited for one at a time, not ${messages}`,
			);
		return this.pollUnits(1);
	}

	/**
	 * Finds the next message, which is published when its record, or the padding before that, has its sequence. So it comes on
	 * one cache line with what tells that it is there, where the write position would be another one.
	 */
	protected find(): number {
		let at = this.position & (this.capacity - 1);
		if (!this.#isRecord(at, this.position)) return 0;
		// Read once: it is checked, and cannot change thereafter.
		let length = this.#records[at >> 2] ?? PADDING;
		let padding = 0;
		if (length === PADDING) {
			padding = this.capacity - at;
			// Nobody pads the whole ring, nor publishes padding alone.
			if (at === 0 || !this.#isRecord(0, this.position + padding))
				this.#failAt(at);
			at = 0;
			length = this.#records[0] ?? PADDING;
		}
		if (length < 0 || length > this.#maxLength) this.#failAt(at);
		const record = recordBytes(length);
		const held = (this.position - this.released) | 0;
		if (record > this.capacity - at || held + padding + record > this.capacity)
			this.#failAt(at);
		this.#at = at;
		this.#length = length;
		// For the highest fill.
		if (((this.position - this.#looked) | 0) >= this.capacity / LOOKS) {
			this.#looked = this.position;
			this.written();
		}
		return padding + record;
	}

	/** Tells whether the header at this place is that of a published record. */
	#isRecord(at: number, position: number): boolean {
		const sequence = Atomics.load(this.#records, (at >> 2) + 1);
		return sequence === sequenceOf(position);
	}

	#failAt(at: number): never {
		this.fail(
			"invalid-length",
			"No record has this length",
			(HEADER_BYTES + at) >> 2,
		);
	}
}
