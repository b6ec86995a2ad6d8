import {
	type DecodeErrorCode,
	type DecodeErrorDetails,
	FramingDecoder,
	Skipped,
} from "@framewright/codec";
import type { Begin, End } from "./length-prefixed-parts.ts";
import type { Format } from "./options.ts";
import { isDigit, MAX_SAFE, readPrefix, ZERO } from "./prefix.ts";

const END: End = { kind: "end" };

/** Reads frames in parts. Holds nothing but a header that has not arrived whole. */
export class PartsDecoder extends FramingDecoder<Begin | End | Skipped> {
	protected readonly format: Format;
	/** The bytes of the body whose header was read last. */
	protected length = 0;
	/** Whether that body ends a record. Only a fragment may not. */
	protected last = true;
	/** Whether a record has begun, and its end was not read yet. */
	protected midway = false;
	/** Whether a body has, and how much of it is still to come. */
	#begun = false;
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
		this.midway = this.#begun = this.#skipping = false;
		this.#record = 0;
		return super.rest();
	}

	protected override inside(): boolean {
		return this.midway || super.inside();
	}

	/** Moves behind the record that is being skipped, if one is. Returns false when more input is needed. */
	protected skipped(): boolean {
		while (this.#skipping) {
			if (!this.nextPart()) return false;
			this.#skipping = this.midway;
		}
		return true;
	}

	/** Moves to the next part, skipped or not. */
	protected nextPart(): boolean {
		const { input } = this;
		const { offset } = input;
		if (!this.#begun) {
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
		const { width, littleEndian, offset, plainPrefix } = this.format;
		const size = width || 1;
		const header = offset + size;
		if (!input.ensure(header)) return this.#starved(header);
		const { bytes, start } = input;
		const value = readPrefix(bytes, start + offset, size, littleEndian);
		if (width === 0 && value > plainPrefix) return this.#readDigits(header);
		const { adjustment, minLength, plainLength } = this.format;
		const length = value + adjustment;
		this.length = length;
		return length < minLength || length > plainLength
			? this.#judged(header)
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
		this.#begun = false;
		this.midway = !this.last;
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

	/** Reads a varint, or decimal digits and their separator, behind a header's first byte. */
	#readDigits(first: number): number {
		const { input } = this;
		const { radix, separator } = this.format;
		const decimal = radix === 10;
		let value = 0;
		let scale = 1;
		for (let digits = 0; ; digits++) {
			const header = first + digits;
			if (!input.ensure(header)) return this.#starved(header);
			const byte = input.bytes[input.start + header - 1] as number;
			if (digits > 0) {
				if (byte === separator) return this.#measured(header, value);
				if ((decimal ? value : byte) === 0)
					this.#refuse("overlong", "A length must have its shortest form");
				if (byte > 1 && digits === (decimal ? 20 : 9))
					this.#refuse(
						"invalid-length",
						"A length may have 64 bits, or 20 digits",
					);
			}
			if (!decimal) {
				// Seven bits a byte, low bits first, the highest bit set in all bytes but the last.
				value += (byte & 127) * scale;
				scale *= 128;
				if (byte < 128) return this.#measured(header, value);
			} else if (isDigit(byte)) value = 10 * value + byte - ZERO;
			else
				this.#unexpected(`a digit or 0x${separator.toString(16)}`, header - 1);
		}
	}

	#measured(header: number, value: number): number {
		this.length = value + this.format.adjustment;
		return this.#judged(header);
	}

	/** Minds the highest bit and the limits. */
	#judged(header: number): number {
		const {
			minLength,
			maxLength: limit,
			adjustment,
			highest,
			fragmented,
			skipOversize,
		} = this.format;
		const set = highest > 0 && this.length - adjustment >= highest;
		if (fragmented) this.last = set;
		if (set) this.length -= fragmented ? highest : 2 * highest;
		const length = this.#record + this.length;
		if (this.#skipping || (length >= minLength && length <= limit))
			return header;

		const message = `A body may have ${minLength} to ${limit} bytes; the prefix announces ${length}`;
		if (length < minLength) this.#refuse("invalid-length", message);
		// Where a number was rounded, nobody knows where the frame ends.
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

	#begin(header: number): Begin {
		const { input, length, last } = this;
		const { keepHeader, fragmented, offset } = this.format;
		const { bytes, start } = input;
		input.start += header;
		this.#begun = this.midway = true;
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

	#starved(header: number): 0 {
		this.starved("header", this.input.available, header);
		return 0;
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
