import {
	type DecodeErrorCode,
	FramingDecoder,
	findByte,
	indexOfByte,
	Skipped,
} from "@framewright/codec";
import type { Format } from "./options.ts";
import { overrun, unstuffInto } from "./stuffing.ts";

const EMPTY: Uint8Array = new Uint8Array(0);
/** How much memory unstuffed frames share at the most, unless one alone needs more. */
const SLAB = 16_384;

/** Finds frames. Looks at every byte once for a zero, however the input is cut. */
export class CobsDecoder extends FramingDecoder<Skipped> {
	readonly #format: Format;
	/** Unread bytes among which there is no zero. */
	#searched = 0;
	/** The distance to the first block among them that was not checked; and the bytes that the blocks before it mean. */
	#block = 0;
	#length = 0;
	/** Whether all up to the next zero belongs to a frame that was reported as skipped. */
	#skipping = false;
	/** Memory for unstuffed frames, and how much of it frames have taken, to keep. */
	#slab = EMPTY;
	#taken = 0;

	constructor(format: Format) {
		super(format.copy);
		this.#format = format;
	}

	override next(): boolean {
		const { input } = this;
		if (this.#skipping && !this.#skip()) {
			this.#slab = EMPTY;
			return this.starved("frame", input.offset - this.itemOffset);
		}
		let length: number;
		do {
			// Empty encodings, which mean nothing: delimiters in a row.
			while (input.start < input.end && input.bytes[input.start] === 0)
				input.start += 1;
			length = findByte(input, 0, this.#searched);
		} while (length === 0);
		if (length === -1) return this.#incomplete();
		const { maxLength } = this.#format;
		if (length > maxLength + 1 && this.#refused(length, true)) return true;
		const { bytes, start } = input;
		if (bytes[start] !== length) return this.#unstuff(length);
		this.#forget();
		return this.found(start + 1, start + length, start + length + 1);
	}

	override get bytesHeld(): number {
		return super.bytesHeld + this.#slab.length;
	}

	override rest(): Uint8Array {
		this.#forget();
		this.#skipping = false;
		this.#slab = EMPTY;
		return super.rest();
	}

	protected override inside(): boolean {
		return this.#skipping || super.inside();
	}

	#incomplete(): boolean {
		const { available } = this.input;
		this.#searched = available;
		this.#slab = EMPTY;
		return this.#refused(available, false) || this.starved("frame", available);
	}

	/** Hands over the frame whose encoding has `length` bytes, in memory of our own. */
	#unstuff(length: number): boolean {
		const { input } = this;
		const { bytes, start } = input;
		const end = start + length;
		if (this.#slab.length - this.#taken < length) {
			// No more than this window can fill: small chunks cost little.
			const size = Math.max(length, Math.min(SLAB, input.end - start));
			this.#slab = new Uint8Array(size);
			this.#taken = 0;
		}
		const slab = this.#slab;
		const from = this.#taken;
		const to = unstuffInto(bytes, start, end, slab, from);
		if (to === -1) return this.#refused(length, true);
		this.#forget();
		this.found(start + 1, end, end + 1);
		this.frameBytes = slab;
		this.frameStart = from;
		this.frameEnd = to;
		// What is copied for each frame can be used again.
		if (!this.#format.copy) this.#taken = to;
		return true;
	}

	/** Whether there is a fault in the first `length` bytes of the encoding; then it was reported. */
	#refused(length: number, complete: boolean): boolean {
		const { bytes, start } = this.input;
		const { maxLength } = this.#format;
		while (this.#block < length) {
			const code = bytes[start + this.#block] as number;
			const meant = this.#length + code - 1;
			if (meant > maxLength)
				return this.#refuse(
					"too-large",
					`A frame may have ${maxLength} bytes at most`,
				);
			if (this.#block + code > length) {
				if (!complete) return false;
				return this.#refuse(
					"invalid-length",
					overrun(code, length - this.#block),
				);
			}
			this.#block += code;
			this.#length = code < 255 ? meant + 1 : meant;
		}
		return false;
	}

	/** Reports a fault in the block that was to be checked next. */
	#refuse(code: DecodeErrorCode, message: string): true {
		const { offset } = this.input;
		const { maxLength, resync } = this.#format;
		const at = offset + this.#block;
		const details = code === "too-large" ? { limit: maxLength } : {};
		this.#forget();
		if (!resync) {
			this.#slab = EMPTY;
			this.fail(code, message, at, details);
		}
		this.#skipping = true;
		return this.foundOther(new Skipped(code, message, at, details), offset);
	}

	/** Drops what is left of a refused frame. Returns whether its delimiter was there. */
	#skip(): boolean {
		const { input } = this;
		do {
			const { bytes, start, end } = input;
			const at = indexOfByte(bytes, 0, start, end);
			this.#skipping = at === -1;
			input.skip((this.#skipping ? end : at + 1) - start);
		} while (this.#skipping && input.ensure(1));
		return !this.#skipping;
	}

	#forget(): void {
		this.#searched = this.#block = this.#length = 0;
	}
}
