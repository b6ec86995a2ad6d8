import {
	type DecodeErrorCode,
	type DecodeErrorDetails,
	FramingDecoder,
	Skipped,
} from "@framewright/codec";
import type { Begin, End } from "./length-prefixed-parts.ts";
import type { Format } from "./options.ts";
import { isDigit, MAX_SAFE, readPrefix, ZERO } from "./prefix.ts";

const SHORTEST = "A length must be written in its shortest form";
const BELOW_2_64 = "A length must be less than 2^64";
const END: End = { kind: "end" };

/** Reads frames in parts. Holds nothing but a header that has not arrived whole. */
export class PartsDecoder extends FramingDecoder<Begin | End | Skipped> {
	protected readonly format: Format;
	/** The bytes of the body whose header was read last. */
	protected length = 0;
	/** Whether that body ends a record. Only a fragment may not. */
	protected last = true;
	/** Whether that header was consumed, and its body is not yet. */
	protected begun = false;
	/** The bytes of the body that are still to come. */
	#left = 0;
	/** The bytes of the record's earlier fragments. */
	#record = 0;
	#skipping = false;

	constructor(format: Format) {
		super(format.copy);
		this.format = format;
	}

	override next(): boolean {
		return this.skipped() && this.nextPart();
	}

	override rest(): Uint8Array {
		this.begun = this.#skipping = false;
		this.last = true;
		this.#record = 0;
		return super.rest();
	}

	protected override inside(): boolean {
		return this.begun || !this.last || super.inside();
	}

	/** Moves behind the frame that is being skipped, if any. Returns false when more input is needed. */
	protected skipped(): boolean {
		while (this.#skipping) {
			if (!this.nextPart()) return false;
			this.#skipping = this.begun || !this.last;
		}
		return true;
	}

	protected nextPart(): boolean {
		const { input } = this;
		const { offset } = input;
		if (!this.begun) {
			const header = this.readHeader();
			return header > 0
				? this.foundOther(this.#begin(header), offset)
				: header < 0;
		}
		if (this.#left === 0) return this.endBody() && this.foundOther(END, offset);
		if (!input.ensure(1)) return this.starvedInBody(this.length - this.#left);
		const { start } = input;
		const end = Math.min(input.end, start + this.#left);
		this.#left -= end - start;
		return this.found(start, end, end);
	}

	/**
	 * Reads a header, and leaves it in the input. Returns its size; 0 when more input is needed; -1 when its frame is too
	 * large, and was handed over as skipped.
	 */
	protected readHeader(): number {
		const { input } = this;
		const { width, radix, littleEndian, highest, offset, adjustment } =
			this.format;
		let header = offset + (width || 1);
		if (!input.ensure(header)) return this.#starved(header);
		let value = readPrefix(
			input.bytes,
			input.start + offset,
			width || 1,
			littleEndian,
		);
		if (radix === 10) {
			header = this.#readDecimal(header);
			if (header === 0) return 0;
			value = this.length;
		}
		// A varint: seven bits a byte, low bits first, the highest bit set in all bytes but the last.
		for (let byte = value, scale = 1; radix === 128 && byte > 127; ) {
			value -= 128 * scale;
			scale *= 128;
			header += 1;
			if (!input.ensure(header)) return this.#starved(header);
			byte = input.bytes[input.start + header - 1] as number;
			value += byte * scale;
			if (byte === 0) this.#refuse("overlong", SHORTEST);
			if (byte > 1 && scale === 2 ** 63)
				this.#refuse("invalid-length", BELOW_2_64);
		}

		let { maxLength } = this.format;
		if (highest > 0) {
			const set = value >= highest;
			if (this.format.fragmented) {
				this.last = set;
				maxLength = this.#skipping ? highest : maxLength - this.#record;
			}
			if (set) value -= this.format.fragmented ? highest : 2 * highest;
		}
		this.length = value + adjustment;
		return this.length < this.format.minLength || this.length > maxLength
			? this.#outOfRange(header)
			: header;
	}

	/** Consumes what follows a body. Returns false when more input is needed. */
	protected endBody(): boolean {
		const { input } = this;
		const { terminator } = this.format;
		if (terminator >= 0) {
			if (!input.ensure(1)) return this.starvedInBody(this.length);
			if (input.bytes[input.start] !== terminator)
				this.#unexpected(`0x${terminator.toString(16)} behind a body`);
			input.start += 1;
		}
		this.begun = false;
		this.#record = this.last ? 0 : this.#record + this.length;
		return true;
	}

	/** Answers that more input is needed, as only `have` bytes of the body have arrived. */
	protected starvedInBody(have: number): false {
		const { length } = this;
		const terminated = this.format.terminator >= 0;
		if (terminated && have === length) return this.starved("terminator", 0, 1);
		this.starved("body", have, length);
		if (terminated) this.bytesNeeded += 1;
		return false;
	}

	#begin(header: number): Begin {
		const { input, length, last } = this;
		const { keepHeader, fragmented, offset } = this.format;
		const { bytes, start } = input;
		input.start += header;
		this.begun = true;
		this.#left = length;
		return {
			kind: "begin",
			length,
			...(fragmented && { last }),
			...(keepHeader && {
				header: new Uint8Array(bytes.subarray(start, start + offset)),
			}),
		};
	}

	/** Reads digits and the separator, and leaves the number in `length`. Returns the size of the header, or 0. */
	#readDecimal(first: number): number {
		const { input } = this;
		const { separator } = this.format;
		this.length = 0;
		for (let header = first; ; header++) {
			if (!input.ensure(header)) return this.#starved(header);
			const byte = input.bytes[input.start + header - 1] as number;
			if (byte === separator && header > first) return header;
			if (!isDigit(byte))
				this.#unexpected(`a digit or 0x${separator.toString(16)}`, header - 1);
			if (this.length === 0 && header > first)
				this.#refuse("overlong", SHORTEST);
			this.length = 10 * this.length + byte - ZERO;
			if (this.length >= 2 ** 64) this.#refuse("invalid-length", BELOW_2_64);
		}
	}

	#starved(header: number): 0 {
		this.starved("header", this.input.available, header);
		return 0;
	}

	/** Refuses or skips a frame whose length is another than a body may have. */
	#outOfRange(header: number): -1 {
		const {
			minLength,
			maxLength: limit,
			skipOversize,
			adjustment,
		} = this.format;
		const length = this.#record + this.length;
		const message = `A body may have ${minLength} to ${limit} bytes; the prefix announces ${length}`;
		if (length < minLength) this.#refuse("invalid-length", message);
		// Where the number was rounded, nobody knows where the frame ends.
		if (!skipOversize || Math.max(length, length - adjustment) > MAX_SAFE)
			this.#refuse("too-large", message, { length, limit });
		const offset = this.input.offset + this.format.offset;
		this.#begin(header);
		this.#skipping = true;
		this.foundOther(
			new Skipped("too-large", message, offset, { length, limit }),
			offset,
		);
		return -1;
	}

	/** Refuses a header on account of its prefix. */
	#refuse(
		code: DecodeErrorCode,
		message: string,
		details?: DecodeErrorDetails,
	): never {
		this.fail(code, message, this.input.offset + this.format.offset, details);
	}

	/** Refuses the byte that is `ahead` bytes ahead. */
	#unexpected(expected: string, ahead = 0): never {
		const { bytes, start, offset } = this.input;
		this.fail(
			"invalid-syntax",
			`Expected ${expected}, not 0x${bytes[start + ahead]?.toString(16)}`,
			offset + ahead,
		);
	}
}
