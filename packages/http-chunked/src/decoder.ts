import { type DecodeErrorDetails, FramingDecoder } from "@framewright/codec";
import {
	BODY,
	COLUMN,
	DATA,
	DATA_CR,
	DATA_LF,
	END,
	expectedIn,
	FAULT,
	FIELD,
	inExtension,
	SECTION_LF,
	SIZE,
} from "./grammar.ts";
import type { Format } from "./options.ts";
import { type BodyEnd, isForbidden, parseField } from "./trailers.ts";

/** A number of 16 hexadecimal digits has 64 bits. */
const MAX_DIGITS = 16;

/** Reads bodies: hands over chunk-data as it arrives, and the end. Holds nothing but a trailer section that is incomplete. */
export class HttpChunkedDecoder extends FramingDecoder<BodyEnd> {
	readonly #format: Format;
	/** Where the next byte stands: a row of the grammar. */
	#row = BODY;
	/** The wire offset of the line with the chunk-size that was begun last. */
	#lineStart = 0;
	/** The chunk-size, as far as it was read; and how much of the chunk-data is to come. */
	#size = 0;
	#left = 0;
	/** The bytes of the body, up to and with the chunk. */
	#length = 0;
	/** The bytes of extensions that no data has made up for. */
	#extensions = 0;
	/** The unread bytes of the trailer section of which the grammar was checked. */
	#checked = 0;

	constructor(format: Format) {
		super(format.copy);
		this.#format = format;
	}

	override next(): boolean {
		const { input } = this;
		while (this.#row < FIELD) {
			if (!input.ensure(1)) return this.#starved();
			if (this.#row === DATA) return this.#data();
			this.#line();
		}
		return this.#trailers();
	}

	override rest(): Uint8Array {
		this.#forgetBody();
		return super.rest();
	}

	protected override inside(): boolean {
		return this.#row !== BODY;
	}

	#data(): true {
		const { start, end } = this.input;
		const to = Math.min(end, start + this.#left);
		this.#left -= to - start;
		if (this.#left === 0) this.#row = DATA_CR;
		return this.found(start, to, to);
	}

	/** Reads what stands between chunk-data and chunk-data, as far as it is in the window. */
	#line(): void {
		const { input } = this;
		const { bytes, end, base } = input;
		const { table } = this.#format;
		let row = this.#row;
		let size = this.#size;
		let at = input.start;
		for (; at < end && row !== DATA; at++) {
			const byte = bytes[at] as number;
			const next = table[16 * row + (COLUMN[byte] as number)] as number;
			if (next === SIZE) {
				if (row < SIZE) {
					this.#lineStart = base + at;
					size = 0;
				}
				size = size * 16 + (byte & 15) + (byte > 57 ? 9 : 0);
				if (base + at - this.#lineStart === MAX_DIGITS)
					this.#tooManyDigits(size);
			} else {
				if (next === FAULT) this.#refuse(row, byte, base + at);
				if (row === SIZE) this.#addSize(size);
				if (inExtension(next)) this.#addExtension(base + at);
			}
			row = next;
		}
		input.start = at;
		this.#size = size;
		this.#row = row;
		if (row !== DATA) return;
		if (size === 0) this.#row = FIELD;
		this.#extensions = Math.max(0, this.#extensions - size);
	}

	#addExtension(offset: number): void {
		const { maxExtensionLength: limit } = this.#format;
		this.#extensions += 1;
		if (this.#extensions > limit)
			this.fail(
				"too-large",
				`Chunk extensions may have ${limit} bytes more than the data before them`,
				offset,
				{ limit },
			);
	}

	#addSize(size: number): void {
		const { maxLength } = this.#format;
		this.#left = size;
		this.#length += size;
		if (this.#length > maxLength)
			this.#tooLarge({ length: this.#length, limit: maxLength });
	}

	#tooManyDigits(size: number): never {
		// If the first digit is a zero. If not, the number is over 2^64.
		if (size < 16 ** MAX_DIGITS)
			this.fail(
				"overlong",
				`A chunk-size may have ${MAX_DIGITS} digits, leading zeros included`,
				this.#lineStart,
			);
		this.#tooLarge({ limit: this.#format.maxLength });
	}

	#tooLarge(details: DecodeErrorDetails): never {
		this.fail(
			"too-large",
			`A body may have ${details.limit} bytes; with this chunk it has ${details.length ?? "more than 2^64"}`,
			this.#lineStart,
			details,
		);
	}

	#trailers(): boolean {
		const { input } = this;
		const window = input.end - input.start;
		// What follows the body is not to be gathered with it, so the end is looked for behind the window, too.
		const done =
			(this.#checked < window &&
				this.#check(input.bytes, input.start + this.#checked, input.end)) ||
			this.#check(input.next, this.#checked - window, input.next.length);
		input.ensure(done ? this.#checked : Number.POSITIVE_INFINITY);
		if (!done) return this.starved("trailer section", this.#checked);
		const trailers = this.#takeTrailers();
		const at = this.#lineStart;
		this.#forgetBody();
		return this.foundOther({ kind: "end", trailers }, at);
	}

	/** Checks more of the trailer section; returns whether it is complete. */
	#check(bytes: Uint8Array, from: number, to: number): boolean {
		const { table, maxTrailerLength } = this.#format;
		for (let at = from; at < to; at++) {
			const byte = bytes[at] as number;
			const next = table[16 * this.#row + (COLUMN[byte] as number)] as number;
			const offset = this.input.offset + this.#checked;
			if (next === FAULT) this.#refuse(this.#row, byte, offset);
			// The empty line at the end is not a field's.
			if (next < SECTION_LF && this.#checked === maxTrailerLength)
				this.fail(
					"too-large",
					`The trailer section of a body may have ${maxTrailerLength} bytes`,
					offset,
					{ limit: maxTrailerLength },
				);
			this.#checked += 1;
			this.#row = next;
			if (next === END) return true;
		}
		return false;
	}

	#takeTrailers(): BodyEnd["trailers"] {
		const { input } = this;
		let { offset } = input;
		let section = "";
		for (const end = input.start + this.#checked; input.start < end; )
			section += String.fromCharCode(input.bytes[input.start++] as number);
		// It ends with an empty line, and with its own line end.
		const lines = section.split("\r\n").slice(0, -2);
		return lines.map((line) => {
			const field = parseField(line);
			if (!this.#format.keepForbidden && isForbidden(field[0]))
				this.fail(
					"invalid-value",
					`The field ${field[0]} must not be in a trailer section`,
					offset,
				);
			offset += line.length + 2;
			return field;
		});
	}

	#starved(): boolean {
		switch (this.#row) {
			case DATA: {
				const size = this.#size;
				this.starved("chunk-data", size - this.#left, size);
				// Any of them are an item.
				this.bytesNeeded = 1;
				return false;
			}
			case DATA_CR:
				return this.starved("CRLF", 0, 2);
			case DATA_LF:
				return this.starved("CRLF", 1, 2);
			default:
				return this.starved(
					"chunk-size line",
					this.#row < SIZE ? 0 : this.input.offset - this.#lineStart,
				);
		}
	}

	#refuse(row: number, byte: number, offset: number): never {
		const hex = byte.toString(16).padStart(2, "0");
		this.fail("invalid-syntax", `${expectedIn(row)}, not 0x${hex}`, offset);
	}

	#forgetBody(): void {
		this.#row = BODY;
		this.#length = this.#extensions = this.#checked = 0;
	}
}
