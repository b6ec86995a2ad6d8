import type { ByteEncoder } from "./contract.ts";

/** Who encodes one small item should not pay for the memory of many, who encodes many should not make memory often. */
const FIRST_SLAB = 512;
const SLAB = 16_384;

/**
 * Gathers encoded bytes in slabs of memory, many items to a slab, and hands them over with `take`.
 *
 *     bytes  [ taken before | written since: start .. end | free ]
 *
 * Memory that was taken is never written again: it belongs to whoever took it. A position in what was written since is a
 * *length*, the distance from `start`, because growing moves the bytes.
 */
export class ByteWriter {
	/** The memory of the slab. Changed by whatever makes room: read it again after that. */
	bytes: Uint8Array;
	/** Where the bytes not yet taken start in `bytes`. */
	start = 0;
	/** Where they end. */
	end = 0;
	/** The size of the next slab, and the most it grows to. */
	#slabSize: number;
	readonly #largest: number;

	/**
	 * Makes a writer with slabs of `slabSize` bytes, or, by default, of 512 bytes and twice as many for each next one, up to 16 KiB
	 * (see README.md for the measurement). An item that needs more gets memory of its own.
	 */
	constructor(slabSize?: number) {
		this.#slabSize = slabSize ?? FIRST_SLAB;
		this.#largest = slabSize ?? SLAB;
		this.bytes = new Uint8Array(0);
	}

	/** The number of bytes written and not yet taken. */
	get length(): number {
		return this.end - this.start;
	}

	/** Makes room for `length` more bytes behind `end`, without writing them. */
	ensure(length: number): void {
		if (this.bytes.length - this.end >= length) return;
		const pending = this.bytes.subarray(this.start, this.end);
		this.bytes = new Uint8Array(
			Math.max(pending.length + length, 2 * pending.length, this.#slabSize),
		);
		this.#slabSize = Math.min(2 * this.#slabSize, this.#largest);
		this.bytes.set(pending);
		this.start = 0;
		this.end = pending.length;
	}

	/** Appends `length` bytes of undefined content, to be filled in later; returns the position of the first. */
	reserve(length: number): number {
		this.ensure(length);
		const position = this.end - this.start;
		this.end += length;
		return position;
	}

	/** Appends a copy of `bytes`. */
	write(bytes: Uint8Array): void {
		this.ensure(bytes.length);
		this.bytes.set(bytes, this.end);
		this.end += bytes.length;
	}

	/** Appends an item: the whole of it, or nothing when the encoder throws. */
	append<In>(encoder: ByteEncoder<In>, item: In): void {
		const { length } = this;
		try {
			encoder.encodeInto(item, this);
		} catch (error) {
			this.end = this.start + length;
			throw error;
		}
	}

	/** Hands over what was written since the last `take`. The bytes share their slab with their neighbours. */
	take(): Uint8Array {
		const taken = new Uint8Array(
			this.bytes.buffer,
			this.start,
			this.end - this.start,
		);
		this.start = this.end;
		return taken;
	}
}
