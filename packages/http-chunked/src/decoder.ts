import { FramingDecoder } from "@framewright/codec";
import {
	BODY,
	COLUMN,
	DATA,
	DATA_CR,
	END,
	expectedIn,
	FAULT,
	FIELD,
	HEXADECIMAL,
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
			if (!this.#plainLine()) this.#line();
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

	/**
	 * Reads `CRLF chunk-size CRLF` in one go, as it nearly always stands between chunk-data and chunk-data: twice as fast.
	 * Leaves all else to `#line`, and returns false.
	 */
	#plainLine(): boolean {
		const { input } = this;
		const { bytes, start, end } = input;
		if (this.#row !== DATA_CR || end - start < 12 || !isCrlf(bytes, start))
			return false;
		let size = 0;
		let at = start + 2;
		for (; at < start + 10; at++) {
			const byte = bytes[at] as number;
			if (COLUMN[byte] !== HEXADECIMAL) break;
			size = size * 16 + digitOf(byte);
		}
		if (size === 0 || !isCrlf(bytes, at)) return false;
		this.#lineStart = input.base + start + 2;
		this.#addSize(size);
		input.start = at + 2;
		this.#begin(size);
		return true;
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
				size = size * 16 + digitOf(byte);
				if (base + at - this.#lineStart === MAX_DIGITS) {
					if (size < 16 ** MAX_DIGITS)
						this.fail(
							"overlong",
							`A chunk-size may have ${MAX_DIGITS} digits, leading zeros included`,
							this.#lineStart,
						);
					// Who knows how many are to come.
					this.#addSize(Number.POSITIVE_INFINITY);
				}
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
		if (row === DATA) this.#begin(size);
	}

	/** Goes on behind a line with a chunk-size. */
	#begin(size: number): void {
		this.#size = size;
		this.#row = size === 0 ? FIELD : DATA;
		this.#extensions = Math.max(0, this.#extensions - size);
	}

	#addSize(size: number): void {
		this.#left = size;
		this.#length += size;
		const { maxLength } = this.#format;
		if (this.#length > maxLength)
			this.#tooLarge("A body", maxLength, this.#lineStart, this.#length);
	}

	#addExtension(offset: number): void {
		this.#extensions += 1;
		const { maxExtensionLength } = this.#format;
		if (this.#extensions > maxExtensionLength)
			this.#tooLarge(
				"Chunk extensions ahead of their data",
				maxExtensionLength,
				offset,
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
				this.#tooLarge("A trailer section", maxTrailerLength, offset);
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
		const row = this.#row;
		const size = this.#size;
		if (row < DATA)
			return this.starved(
				"chunk-size line",
				row < SIZE ? 0 : this.input.offset - this.#lineStart,
			);
		if (row > DATA) return this.starved("CRLF", row - DATA_CR, 2);
		this.starved("chunk-data", size - this.#left, size);
		// Any byte of them is an item.
		this.bytesNeeded = 1;
		return false;
	}

	#refuse(row: number, byte: number, offset: number): never {
		const hex = byte.toString(16).padStart(2, "0");
		this.fail("invalid-syntax", `${expectedIn(row)}, not 0x${hex}`, offset);
	}

	#tooLarge(
		what: string,
		limit: number,
		offset: number,
		length?: number,
	): never {
		const not = length === undefined ? "" : `, not ${length}`;
		const details = length === undefined ? { limit } : { limit, length };
		this.fail(
			"too-large",
			`${what} may have ${limit} bytes${not}`,
			offset,
			details,
		);
	}

	#forgetBody(): void {
		this.#row = BODY;
		this.#length = this.#extensions = this.#checked = 0;
	}
}

function digitOf(byte: number): number {
	return (byte & 15) + (byte > 57 ? 9 : 0);
}

function isCrlf(bytes: Uint8Array, at: number): boolean {
	return bytes[at] === 0x0d && bytes[at + 1] === 0x0a;
}
