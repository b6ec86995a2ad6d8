import { BracketingEncoder, type ByteWriter } from "@framewright/codec";
import type { Format } from "./options.ts";
import { varintWidth, writePrefix, writeVarint } from "./prefix.ts";

/** Writes frames: reserves the header, and patches the prefix once the body is there. */
export class LengthPrefixedEncoder extends BracketingEncoder {
	readonly #format: Format;
	/** The header's bytes; with a varint, those of the shortest one, which is the most common. */
	readonly #header: number;

	constructor(format: Format) {
		super();
		this.#format = format;
		this.#header =
			format.offset + (format.width === "varint" ? 1 : format.width);
	}

	override encodeInto(frame: Uint8Array, writer: ByteWriter): void {
		// Not after the copy: a refusal must not cost memory for the frame that it refuses.
		if (!this.#format.keepHeader) this.#value(frame.length);
		super.encodeInto(frame, writer);
	}

	begin(writer: ByteWriter): number {
		const start = writer.length;
		if (!this.#format.keepHeader) {
			writer.reserve(this.#header);
			const at = writer.start + start;
			writer.bytes.fill(0, at, at + this.#header);
		}
		return start;
	}

	finish(writer: ByteWriter, start: number): void {
		const { width, endian, offset, keepHeader } = this.#format;
		let header = this.#header;
		if (width === "varint" && keepHeader)
			header = offset + heldVarintWidth(writer, start + offset);
		const body = writer.length - start - header;
		if (body < 0)
			throw new RangeError(
				`A whole frame must have its header; this one has ${writer.length - start} bytes`,
			);
		const value = this.#value(body);
		if (width !== "varint") {
			writePrefix(
				writer.bytes,
				writer.start + start + offset,
				width,
				endian,
				value,
			);
			return;
		}
		const needed = varintWidth(value);
		const more = offset + needed - header;
		if (more !== 0) {
			if (keepHeader)
				throw new RangeError(
					`A body of ${body} bytes needs a varint of ${needed} bytes; this frame has one of ${header - offset}`,
				);
			// The body was written behind a prefix of one byte: make room for a longer one.
			writer.reserve(more);
			const from = writer.start + start + header;
			writer.bytes.copyWithin(from + more, from, from + body);
		}
		writeVarint(writer.bytes, writer.start + start + offset, value);
	}

	/** What the prefix of a body says; throws for a body that the options do not allow. */
	#value(body: number): number {
		const { maxLength, adjustment } = this.#format;
		if (body > maxLength)
			throw new RangeError(
				`A body may have ${maxLength} bytes at most, not ${body}`,
			);
		if (body < adjustment)
			throw new RangeError(
				`A body must have ${adjustment} bytes at the least, which the prefix does not count; this one has ${body}`,
			);
		return body - adjustment;
	}
}

/** The bytes of the varint that a whole frame brings along. */
function heldVarintWidth(writer: ByteWriter, at: number): number {
	const from = writer.start + at;
	let end = from;
	while (end < writer.end && (writer.bytes[end] as number) >= 128) end += 1;
	return end - from + 1;
}
