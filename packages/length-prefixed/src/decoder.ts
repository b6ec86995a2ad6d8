import { type DecodeErrorCode, FramingDecoder } from "@framewright/codec";
import type { Format } from "./options.ts";
import { readPrefix } from "./prefix.ts";

/** An unsigned LEB128 of 64 bits has ten bytes. */
const MAX_VARINT_SIZE = 10;

/** Reads frames: the header, whose prefix tells the length, and the body. */
export class LengthPrefixedDecoder extends FramingDecoder {
	readonly #format: Format;

	constructor(format: Format) {
		super(format.copy);
		this.#format = format;
	}

	override next(): boolean {
		const { input } = this;
		const { width, littleEndian, offset, adjustment, maxLength, keepHeader } =
			this.#format;
		let header = offset + (width || 1);
		if (!input.ensure(header))
			return this.starved("header", input.available, header);
		let value = readPrefix(
			input.bytes,
			input.start + offset,
			width || 1,
			littleEndian,
		);
		// A varint: seven bits a byte, low bits first, the highest bit set in all bytes but the last.
		for (let byte = value, scale = 1; width === 0 && byte > 127; ) {
			value -= 128 * scale;
			scale *= 128;
			header += 1;
			if (!input.ensure(header))
				return this.starved("header", input.available, header);
			byte = input.bytes[input.start + header - 1] as number;
			value += byte * scale;
			if (byte === 0)
				this.#refuse("overlong", `${value} must be a shorter varint`);
			if (byte > 1 && header - offset === MAX_VARINT_SIZE)
				this.#refuse("invalid-length", "A varint must end within 64 bits");
		}

		const length = value + adjustment;
		if (length < 0 || length > maxLength)
			this.#refuse(
				length < 0 ? "invalid-length" : "too-large",
				`A body may have 0 to ${maxLength} bytes; the prefix announces ${length}`,
			);
		const total = header + length;
		if (!input.ensure(total))
			return this.starved("body", input.available - header, length);
		const { start } = input;
		const end = start + total;
		return this.found(keepHeader ? start : start + header, end, end);
	}

	#refuse(code: DecodeErrorCode, message: string): never {
		this.fail(code, message, this.input.offset + this.#format.offset);
	}
}
