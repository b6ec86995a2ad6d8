import { indexOfByte } from "./index-of-byte.ts";

const EMPTY = new Uint8Array(0);

/**
 * Holds the unread input of a byte decoder as a window of contiguous bytes, `bytes[start, end)`, and what follows it.
 *
 * A chunk that arrives while nothing is held becomes the window itself, without a copy. Only an item that spans chunks
 * is gathered in memory of the reader's own, which grows with what has *arrived*, never with what was announced: it is at
 * most 4 times the bytes received, and every byte is copied at most twice.
 */
export class ByteReader {
	/** The memory of the window. Changed by `ensure` and `find`: read it again after them. */
	bytes: Uint8Array = EMPTY;
	/** Where the window starts in `bytes`. Advance it to consume. */
	start = 0;
	/** Where the window ends in `bytes`. */
	end = 0;
	/** The wire offset of `bytes[0]`. */
	base = 0;
	/** Whether `bytes` is ours to write to, rather than a borrowed chunk. */
	#own = false;
	/** The chunks behind the window, from `#first` on; that one is read from `#head`. */
	#queue: Uint8Array[] = [];
	#first = 0;
	#head = 0;
	#queued = 0;

	/** The wire offset of the next unread byte. */
	get offset(): number {
		return this.base + this.start;
	}

	/** The number of unread bytes. */
	get available(): number {
		return this.end - this.start + this.#queued;
	}

	/** The bytes of memory kept alive: our own, and the whole buffers behind borrowed chunks. */
	get bytesHeld(): number {
		let held = this.bytes.buffer.byteLength;
		for (const chunk of this.#queue) held += chunk.buffer.byteLength;
		return held;
	}

	/** Adds a chunk, and borrows it until `ensure` or `find` has failed. */
	push(chunk: Uint8Array): void {
		if (chunk.length === 0) return;
		if (this.available === 0) this.#window(chunk, 0);
		else {
			this.#queue.push(chunk);
			this.#queued += chunk.length;
		}
	}

	/**
	 * Makes the next `length` unread bytes contiguous in the window. Returns false when fewer have arrived; then all of
	 * them are in memory of our own, and no chunk is borrowed any more.
	 */
	ensure(length: number): boolean {
		return this.end - this.start >= length || this.#gather(length);
	}

	/**
	 * Finds `byte` at or after `from` bytes into the unread input, and makes everything up to and with it contiguous.
	 * Returns its distance from `start`, or -1 when it has not arrived; then no chunk is borrowed any more.
	 */
	find(byte: number, from: number): number {
		const window = this.end - this.start;
		if (from < window) {
			const at = indexOfByte(this.bytes, byte, this.start + from, this.end);
			if (at !== -1) return at - this.start;
		}
		let before = window;
		let head = this.#head;
		for (let i = this.#first; i < this.#queue.length; i++) {
			const chunk = this.#queue[i] as Uint8Array;
			const skip = Math.max(0, from - before);
			if (head + skip < chunk.length) {
				const at = indexOfByte(chunk, byte, head + skip, chunk.length);
				if (at !== -1) {
					const distance = before + at - head;
					this.#gather(distance + 1);
					return distance;
				}
			}
			before += chunk.length - head;
			head = 0;
		}
		this.#gather(Number.POSITIVE_INFINITY);
		return -1;
	}

	/** Hands over a copy of the unread bytes, and forgets them. */
	rest(): Uint8Array {
		this.#gather(Number.POSITIVE_INFINITY);
		const rest = this.bytes.slice(this.start, this.end);
		this.start = this.end;
		this.clear();
		return rest;
	}

	/** Forgets all unread bytes and lets go of all memory; `offset` stays where it was. */
	clear(): void {
		this.base += this.start;
		this.bytes = EMPTY;
		this.start = this.end = 0;
		this.#own = false;
		this.#queue = [];
		this.#first = this.#head = this.#queued = 0;
	}

	/** Makes a borrowed chunk the window, from `head` on. The window before it is used up. */
	#window(chunk: Uint8Array, head: number): void {
		this.base += this.start - head;
		this.bytes = chunk;
		this.start = head;
		this.end = chunk.length;
		this.#own = false;
	}

	#gather(length: number): boolean {
		while (this.end - this.start < length) {
			const chunk = this.#queue[this.#first];
			const window = this.end - this.start;
			if (chunk === undefined) {
				// All was taken in. What is left of a borrowed chunk must be ours before it goes back to its owner.
				if (window === 0) this.clear();
				else if (!this.#own) this.#grow(window, length);
				return false;
			}
			if (window === 0) {
				this.#window(chunk, this.#head);
				this.#queued -= this.end - this.start;
				this.#dequeue();
				continue;
			}
			const take = Math.min(length - window, chunk.length - this.#head);
			if (!this.#own || this.bytes.length - this.end < take)
				this.#grow(window + take, length);
			this.bytes.set(chunk.subarray(this.#head, this.#head + take), this.end);
			this.end += take;
			this.#head += take;
			this.#queued -= take;
			if (this.#head === chunk.length) this.#dequeue();
		}
		return true;
	}

	// Array.prototype.shift is linear in a long queue; an index is not.
	#dequeue(): void {
		this.#queue[this.#first++] = EMPTY;
		this.#head = 0;
		if (this.#first === this.#queue.length) {
			this.#queue = [];
			this.#first = 0;
		}
	}

	/** Moves the window to new memory for at least `arrived` bytes, with room to grow towards `wanted`. */
	#grow(arrived: number, wanted: number): void {
		const capacity = wanted <= 4 * arrived ? wanted : 2 * arrived;
		const bytes = new Uint8Array(capacity);
		bytes.set(this.bytes.subarray(this.start, this.end));
		this.base += this.start;
		this.end -= this.start;
		this.start = 0;
		this.bytes = bytes;
		this.#own = true;
	}
}
