const EMPTY = new Uint8Array(0);

/**
 * Holds the unread input of a byte decoder as a window of contiguous bytes, `bytes[start, end)`, and the chunk behind it.
 *
 * A chunk that arrives while nothing is held becomes the window itself, without a copy. Only an item that spans chunks
 * is gathered in memory of the reader's own, which grows with what has *arrived*, never with what was announced: it is at
 * most 4 times the bytes received, and every byte is copied at most three times.
 */
export class ByteReader {
	/** The memory of the window. Changed by `ensure`: read it again after that. */
	bytes: Uint8Array = EMPTY;
	/** Where the window starts in `bytes`. Advance it to consume. */
	start = 0;
	/** Where the window ends in `bytes`. */
	end = 0;
	/** The wire offset of `bytes[0]`. */
	base = 0;
	/** Whether `bytes` is ours to write to, rather than a borrowed chunk. */
	#own = false;
	/** What is left of the chunk behind the window. For searching ahead; `ensure` moves it. */
	next: Uint8Array = EMPTY;

	/** The wire offset of the next unread byte. */
	get offset(): number {
		return this.base + this.start;
	}

	/** The number of unread bytes. */
	get available(): number {
		return this.end - this.start + this.next.length;
	}

	/** The bytes of memory kept alive: our own, and the whole buffers behind borrowed chunks. */
	get bytesHeld(): number {
		return this.bytes.buffer.byteLength + this.next.buffer.byteLength;
	}

	/** Adds a chunk, and borrows it until `ensure` has failed. */
	push(chunk: Uint8Array): void {
		// As a window it would keep the memory that it is an empty piece of.
		if (chunk.length === 0) return;
		// One chunk behind the window is the rule. Whoever pushes more of them before reading has them copied.
		if (this.next.length > 0) this.ensure(Number.POSITIVE_INFINITY);
		this.next = chunk;
		if (this.start === this.end) this.#advance();
	}

	/**
	 * Makes the next `length` unread bytes contiguous in the window. Returns false when fewer have arrived; then all of
	 * them are in memory of our own, and no chunk is borrowed any more.
	 */
	ensure(length: number): boolean {
		return this.end - this.start >= length || this.#gather(length);
	}

	/** Consumes `length` unread bytes, or all there are, without gathering them; returns how many. */
	skip(length: number): number {
		const window = this.end - this.start;
		if (length < window) {
			this.start += length;
			return length;
		}
		const beyond = Math.min(length - window, this.next.length);
		this.start = this.end;
		this.#advance();
		this.start = beyond;
		return window + beyond;
	}

	/** Hands over a copy of the unread bytes, and forgets them. */
	rest(): Uint8Array {
		this.ensure(Number.POSITIVE_INFINITY);
		const rest = this.bytes.slice(this.start, this.end);
		this.start = this.end;
		this.clear();
		return rest;
	}

	/** Forgets all unread bytes and lets go of all memory; `offset` stays where it was. */
	clear(): void {
		this.next = EMPTY;
		this.#advance();
	}

	/** Makes the next chunk the window. The window before it is used up, or given up. */
	#advance(): void {
		this.base += this.start;
		this.bytes = this.next;
		this.start = 0;
		this.end = this.bytes.length;
		this.#own = false;
		this.next = EMPTY;
	}

	#gather(length: number): boolean {
		if (this.start === this.end) {
			this.#advance();
			if (this.end >= length || this.end === 0) return this.end >= length;
		}
		// Even if no more has come: what is left of a borrowed chunk must be ours before that goes back to its owner.
		const next = this.next;
		const taken = Math.min(length - this.end + this.start, next.length);
		const arrived = this.end - this.start + taken;
		const { length: capacity } = this.bytes;
		if (
			!this.#own ||
			capacity - this.end < taken ||
			// Much was read from this memory since, and little is left.
			capacity > 4 * arrived
		) {
			const fitting = length <= 4 * arrived ? length : 2 * arrived;
			// Memory that was outgrown once is doubled: whoever asks for one byte more each time must not have all copied.
			const bytes = new Uint8Array(
				this.#own ? Math.max(fitting, 2 * arrived) : fitting,
			);
			bytes.set(this.bytes.subarray(this.start, this.end));
			this.base += this.start;
			this.end -= this.start;
			this.start = 0;
			this.bytes = bytes;
			this.#own = true;
		}
		this.bytes.set(next.subarray(0, taken), this.end);
		this.end += taken;
		this.next = taken < next.length ? next.subarray(taken) : EMPTY;
		return arrived >= length;
	}
}
