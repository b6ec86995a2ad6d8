import { BracketingEncoder, type ByteWriter } from "@framewright/codec";
import type { Format } from "./options.ts";
import { type BodyEnd, formatField, isForbidden } from "./trailers.ts";

const CR = 0x0d;
const LF = 0x0a;
const CRLF = Uint8Array.of(CR, LF);

/** Writes chunks, and the end of a body. */
export class HttpChunkedEncoder extends BracketingEncoder {
	readonly #format: Format;
	/** The bytes of the body so far. */
	#length = 0;
	/** The digits reserved for the chunk-size that was begun last: where it is not known, as many as the one before had. */
	#digits = 2;

	constructor(format: Format) {
		super();
		this.#format = format;
	}

	override encode(item: Uint8Array | BodyEnd): Uint8Array {
		return super.encode(item as Uint8Array);
	}

	override encodeByReference(
		item: Uint8Array | BodyEnd,
	): readonly Uint8Array[] | undefined {
		return item instanceof Uint8Array
			? super.encodeByReference(item)
			: undefined;
	}

	override encodeInto(item: Uint8Array | BodyEnd, writer: ByteWriter): void {
		if (item instanceof Uint8Array) super.encodeInto(item, writer);
		else this.#end(item, writer);
	}

	begin(writer: ByteWriter, length?: number): number {
		const start = writer.length;
		if (length !== undefined) {
			this.#digits = this.#check(length);
			// All of it at once: the last two bytes must not make a large chunk move.
			writer.ensure(this.#digits + length + 2 * CRLF.length);
		}
		writer.reserve(this.#digits + CRLF.length);
		return start;
	}

	finish(writer: ByteWriter, start: number): void {
		const reserved = this.#digits;
		const size = writer.length - start - reserved - CRLF.length;
		const digits = this.#check(size);
		if (digits > reserved) writer.reserve(digits - reserved);
		const at = writer.start + start;
		if (digits !== reserved) {
			const from = at + reserved + CRLF.length;
			const to = at + digits + CRLF.length;
			writer.bytes.copyWithin(to, from, from + size);
			writer.end = to + size;
		}
		writeSize(writer.bytes, at, digits, size);
		writer.write(CRLF);
		this.#length += size;
		this.#digits = digits;
	}

	override wrap(
		payload: readonly Uint8Array[],
		length: number,
	): readonly Uint8Array[] {
		const digits = this.#check(length);
		const head = new Uint8Array(digits + CRLF.length);
		writeSize(head, 0, digits, length);
		this.#length += length;
		return [head, ...payload, CRLF.slice()];
	}

	/** The digits of a chunk-size. Throws for one that cannot be. */
	#check(size: number): number {
		const { maxLength } = this.#format;
		if (size === 0)
			throw new RangeError(
				"A chunk must not be empty: that would end the body",
			);
		if (this.#length + size > maxLength)
			throw new RangeError(
				`A body may have ${maxLength} bytes, not ${this.#length + size}`,
			);
		let digits = 1;
		for (let rest = size; rest >= 16; rest /= 16) digits += 1;
		return digits;
	}

	#end({ trailers }: BodyEnd, writer: ByteWriter): void {
		const { maxTrailerLength, keepForbidden } = this.#format;
		let section = "";
		for (const field of trailers) {
			if (!keepForbidden && isForbidden(field[0]))
				throw new RangeError(
					`The field ${field[0]} must not be in a trailer section`,
				);
			section += `${formatField(field)}\r\n`;
		}
		if (section.length > maxTrailerLength)
			throw new RangeError(
				`A trailer section may have ${maxTrailerLength} bytes, not ${section.length}`,
			);
		const text = `0\r\n${section}\r\n`;
		writer.ensure(text.length);
		// Not writeText(): each character is one byte.
		for (let i = 0; i < text.length; i++)
			writer.bytes[writer.end++] = text.charCodeAt(i);
		this.#length = 0;
	}
}

/** Writes a chunk-size of `digits` digits and its CRLF at `bytes[at]`. */
function writeSize(
	bytes: Uint8Array,
	at: number,
	digits: number,
	size: number,
): void {
	let rest = size;
	for (let i = at + digits - 1; i >= at; i--) {
		const digit = rest % 16;
		bytes[i] = digit + (digit < 10 ? 48 : 87);
		rest = Math.floor(rest / 16);
	}
	bytes[at + digits] = CR;
	bytes[at + digits + 1] = LF;
}
