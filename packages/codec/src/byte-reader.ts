const EMPTY = new Uint8Array(0);

/** Bytes of memory that small items share, one behind the other. To make memory takes longer than to fill it. */
const SHARED = 1024;

/**
 * Holds the unread input of a byte decoder as a window of contiguous bytes, `bytes[start, end)`, and the chunk behind it.
 *
 * A chunk that arrives while nothing is held becomes the window itself, without a copy. Only an item that spans chunks
 * is gathered in memory of the reader's own, which grows with what has *arrived*, never with what was announced: it is at
 * most 4 times the bytes received, and every byte is copied at most three times. Up to 1 KiB of small items share memory,
 * and what is left of it is kept for the next; nothing that was read is ever written over.
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
	/** Memory of our own that has room behind `#used`, while the window is a borrowed chunk. At most 1 KiB. */
	#spare: Uint8Array = EMPTY;
	#used = 0;

	/** The wire offset of the next unread byte. */
	get offset(): number {
		return this.base + this.start;
	}

	/** The number of unread bytes. */
	get available(): number {
		return this.end - this.start + this.next.length;
	}

	/** The bytes of memory kept alive for unread bytes: our own, and the whole buffers behind borrowed chunks. */
	get bytesHeld(): number {
		return this.bytes.buffer.byteLength + this.next.buffer.byteLength;
	}

	/** Adds a chunk, and borrows it until `ensure` has failed. */
	push(chunk: Uint8Array): void {
		// As a window it would keep the memory that it is an empty piece of.
		if (chunk.length === 0) return;
		// One chunk behind the window is the rule. Whoever pushes more of them before reading has them copied.
		if (this.next.length > 0) this.ensure(Number.POSITIVE_INFINITY);
		// Whatever class it is of: one that all code sees makes fast code, and a Buffer's slice() is no copy.
		this.next =
			Object.getPrototypeOf(chunk) === Uint8Array.prototype
				? chunk
				: viewOf(chunk, 0, chunk.length);
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
		this.#spare = EMPTY;
	}

	/** Makes the next chunk the window. The window before it is used up, or given up. */
	#advance(): void {
		if (this.#own && this.bytes.length <= SHARED) {
			this.#spare = this.bytes;
			this.#used = this.end;
		}
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
		const { next } = this;
		const taken = Math.min(length - this.end + this.start, next.length);
		const arrived = this.end - this.start + taken;
		const { length: capacity } = this.bytes;
		if (
			!this.#own ||
			capacity - this.end < taken ||
			// Much was read from this memory since, and little is left.
			capacity > Math.max(4 * arrived, SHARED)
		)
			this.#move(length, arrived);
		copy(this.bytes, this.end, next, 0, taken);
		this.end += taken;
		this.next = taken < next.length ? viewOf(next, taken, next.length) : EMPTY;
		return arrived >= length;
	}

	/** Moves the window to memory of our own with room for all that has arrived of an item of `length` bytes. */
	#move(length: number, arrived: number): void {
		const { bytes: from, start, end } = this;
		let to = this.#spare;
		let at = this.#used;
		if (this.#own || to.length - at < (length <= SHARED ? length : arrived)) {
			const fitting = length <= 4 * arrived ? length : 2 * arrived;
			to = new Uint8Array(
				Math.max(
					fitting,
					// Memory that was outgrown once is doubled: whoever asks for one byte more each time must not have all copied.
					this.#own ? 2 * (end - start) : 0,
					Math.min(SHARED, 4 * (this.offset + arrived)),
				),
			);
			at = 0;
		}
		copy(to, at, from, start, end);
		this.base += start - at;
		this.bytes = to;
		this.start = at;
		this.end = at + end - start;
		this.#own = true;
		this.#spare = EMPTY;
	}
}

/** Up to so many bytes, a loop is faster than the view that `set` would need. */
const FEW = 48;

function copy(
	to: Uint8Array,
	at: number,
	from: Uint8Array,
	start: number,
	end: number,
): void {
	if (end - start > FEW) to.set(viewOf(from, start, end), at);
	else for (let i = start; i < end; i++) to[at - start + i] = from[i] as number;
}

/** Not subarray(): it looks up a species first, and makes a Buffer of a Buffer. */
function viewOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
	return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
}
