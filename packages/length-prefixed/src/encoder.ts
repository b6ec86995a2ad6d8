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
		const { width, offset, keepHeader } = this.#format;
		if (keepHeader) {
			super.encodeInto(frame, writer);
			return;
		}
		// The length is known: write in one go, and refuse before anything is copied.
		const value = this.#value(frame.length);
		const prefix = width === "varint" ? varintWidth(value) : width;
		writer.ensure(offset + prefix + frame.length);
		this.#writeHeader(writer, writer.end, value);
		writer.end += offset + prefix;
		writer.write(frame);
	}

	begin(writer: ByteWriter): number {
		return this.#format.keepHeader
			? writer.length
			: writer.reserve(this.#header);
	}

	finish(writer: ByteWriter, start: number): void {
		const { width, offset, keepHeader } = this.#format;
		let header = this.#header;
		if (width === "varint" && keepHeader)
			header = offset + heldVarintWidth(writer, start + offset);
		const body = writer.length - start - header;
		if (body < 0)
			throw new RangeError(
				`A whole frame must have its header; this one has ${writer.length - start} bytes`,
			);
		const value = this.#value(body);
		const needed = width === "varint" ? varintWidth(value) : width;
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
		this.#writeHeader(writer, writer.start + start, value);
	}

	/** Writes the leading bytes, unless they were kept, and the prefix. */
	#writeHeader({ bytes }: ByteWriter, at: number, value: number): void {
		const { width, endian, offset, keepHeader } = this.#format;
		const prefix = at + offset;
		if (!keepHeader) for (let i = at; i < prefix; i++) bytes[i] = 0;
		if (width === "varint") writeVarint(bytes, prefix, value);
		else writePrefix(bytes, prefix, width, endian, value);
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
