import { BracketingEncoder, type ByteWriter } from "@framewright/codec";
import type { Format } from "./options.ts";
import { varintSize, writePrefix } from "./prefix.ts";

/** Writes frames: reserves the header, and writes it once the body is there. */
export class LengthPrefixedEncoder extends BracketingEncoder {
	readonly #format: Format;
	/** The bytes reserved for the prefix of the frame that was begun last. */
	#reserved = 0;

	constructor(format: Format) {
		super();
		this.#format = format;
	}

	begin(writer: ByteWriter, length?: number): number {
		const { keepHeader, offset, width } = this.#format;
		const start = writer.length;
		if (keepHeader) return start;
		// Where the length is not known yet, a varint is most likely to have one byte.
		this.#reserved =
			length === undefined ? width || 1 : this.#prefixSize(length);
		writer.reserve(offset + this.#reserved);
		return start;
	}

	finish(writer: ByteWriter, start: number): void {
		const { width, offset, keepHeader } = this.#format;
		const whole = writer.length - start - offset;
		let reserved = this.#reserved;
		if (keepHeader) {
			reserved = width || 1;
			while (width === 0 && this.#prefixSize(whole - reserved) > reserved)
				reserved += 1;
		}
		const body = whole - reserved;
		const size = this.#prefixSize(body);
		if (size > reserved) {
			writer.reserve(size - reserved);
			const from = writer.end - size + reserved - body;
			writer.bytes.copyWithin(writer.end - body, from, from + body);
		}
		if (size < reserved)
			throw new RangeError(`No varint makes a whole frame of ${whole} bytes`);
		const at = writer.start + start;
		if (!keepHeader) for (let i = 0; i < offset; i++) writer.bytes[at + i] = 0;
		writePrefix(writer.bytes, at + offset, size, this.#format, body);
	}

	/** The bytes of the prefix of a body. Throws for a body that the options do not allow. */
	#prefixSize(body: number): number {
		const { width, maxLength, adjustment } = this.#format;
		const least = Math.max(0, adjustment);
		if (body < least || body > maxLength)
			throw new RangeError(
				`A body may have ${least} to ${maxLength} bytes, not ${body}`,
			);
		return width || varintSize(body - adjustment);
	}
}
