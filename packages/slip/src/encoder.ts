import { BracketingEncoder, type ByteWriter } from "@framewright/codec";
import { END, escapeFrom } from "./escape.ts";
import type { Format } from "./options.ts";

/** Writes packets: escapes each in place, once it is there. */
export class SlipEncoder extends BracketingEncoder {
	readonly #format: Format;

	constructor(format: Format) {
		super();
		this.#format = format;
	}

	begin(writer: ByteWriter, length = 1): number {
		this.#checkLength(length);
		const start = writer.length;
		if (this.#format.leadingEnd) {
			writer.reserve(1);
			writer.bytes[writer.end - 1] = END;
		}
		return start;
	}

	finish(writer: ByteWriter, start: number): void {
		const packet = this.#format.leadingEnd ? start + 1 : start;
		this.#checkLength(writer.length - packet);
		escapeFrom(writer, packet);
	}

	#checkLength(length: number): void {
		const { maxLength } = this.#format;
		// An empty packet would be ignored.
		if (length < 1 || length > maxLength)
			throw new RangeError(
				`A packet may have 1 to ${maxLength} bytes, not ${length}`,
			);
	}
}
