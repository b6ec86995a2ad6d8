import { BracketingEncoder, type ByteWriter } from "@framewright/codec";
import type { Format } from "./options.ts";
import { mostCodes, stuff } from "./stuffing.ts";

/** Writes frames: stuffs each in place, once it is there. */
export class CobsEncoder extends BracketingEncoder {
	readonly #format: Format;

	constructor(format: Format) {
		super();
		this.#format = format;
	}

	begin(writer: ByteWriter, length = 0): number {
		this.#checkLength(length);
		// The first code.
		return writer.reserve(1);
	}

	finish(writer: ByteWriter, start: number): void {
		const length = writer.length - start - 1;
		this.#checkLength(length);
		writer.ensure(mostCodes(length) + 1);
		const { bytes, start: from, end } = writer;
		writer.end = stuff(bytes, from + start, end) + 1;
	}

	#checkLength(length: number): void {
		const { maxLength } = this.#format;
		if (length > maxLength)
			throw new RangeError(
				`A frame may have ${maxLength} bytes at most, not ${length}`,
			);
	}
}
