import { Consumer } from "./consumer.ts";
import { HEADER_BYTES, PADDING, RECORD_HEADER_BYTES } from "./layout.ts";

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

	constructor(memory: SharedArrayBuffer, lead?: SharedArrayBuffer) {
		super(memory, "messages", lead);
		this.#maxLength = this.capacity / 2 - RECORD_HEADER_BYTES;
		this.bytes = new Uint8Array(memory, HEADER_BYTES);
		this.#records = new Int32Array(memory, HEADER_BYTES);
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
		let at = this.position & (this.capacity - 1);
		let length = this.#records[at >> 2] ?? PADDING;
		if (length === PADDING) {
			const padding = this.capacity - at;
			// Nobody pads the whole ring, nor publishes padding alone.
			if (at === 0 || padding >= this.available) this.#failAt(at);
			this.advance(padding);
			at = 0;
			length = this.#records[0] ?? PADDING;
		}
		// Read once: it is checked, and cannot change thereafter.
		if (length < 0 || length > this.#maxLength) this.#failAt(at);
		const record = RECORD_HEADER_BYTES + ((length + 7) & ~7);
		if (record > this.available || record > this.capacity - at)
			this.#failAt(at);
		this.offset = at + RECORD_HEADER_BYTES;
		this.length = length;
		this.advance(record);
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

	#failAt(at: number): never {
		this.fail(
			"invalid-length",
			"No record has this length",
			(HEADER_BYTES + at) >> 2,
		);
	}
}
