import { AppendingEncoder, type ByteWriter } from "@framewright/codec";
import type { Begin, Part } from "./length-prefixed-parts.ts";
import type { Format } from "./options.ts";
import { checkLength, headerOf } from "./prefix.ts";

// As for whole frames: see the README of codec.
const BY_REFERENCE = 131_072;

/** Writes frames in parts. A part that it refuses changes nothing. */
export class PartsEncoder extends AppendingEncoder<Part> {
	readonly #format: Format;
	/** The data that the frame still lacks, or -1 between frames. */
	#left = -1;
	/** The bytes of the record up to the end of this frame; 0 if that ends it. */
	#record = 0;

	constructor(format: Format) {
		super();
		this.#format = format;
	}

	override encodeInto(part: Part, writer: ByteWriter): void {
		if (part instanceof Uint8Array) {
			this.#take(part);
			writer.write(part);
		} else if (part.kind === "begin") this.#begin(part, writer);
		else {
			const { terminator } = this.#format;
			this.#demand(this.#left === 0, "end");
			if (terminator >= 0) writer.write(Uint8Array.of(terminator));
			this.#left = -1;
		}
	}

	/** Hands large data on. */
	encodeByReference(part: Part): readonly Uint8Array[] | undefined {
		if (!(part instanceof Uint8Array) || part.length < BY_REFERENCE)
			return undefined;
		this.#take(part);
		return [part];
	}

	#begin({ length, last = true, header }: Begin, writer: ByteWriter): void {
		const format = this.#format;
		const record = this.#record + length;
		this.#demand(this.#left === -1, "begin");
		if (!Number.isInteger(length))
			throw new RangeError(`length must be a whole number, not ${length}`);
		checkLength(format, length);
		checkLength(format, record);
		if (length > format.maxFragment)
			throw new RangeError(
				`A fragment may have ${format.maxFragment} bytes at most, not ${length}`,
			);
		if (!last && !format.fragmented)
			throw new RangeError("last cannot be false without fragments");
		if (header !== undefined && header.length !== format.offset)
			throw new RangeError(
				`header must have ${format.offset} bytes, not ${header.length}`,
			);
		writer.write(headerOf(format, length, last, header));
		this.#left = length;
		this.#record = last ? 0 : record;
	}

	#take({ length }: Uint8Array): void {
		this.#demand(length <= this.#left, `${length} bytes of data`);
		this.#left -= length;
	}

	#demand(ok: boolean, part: string): void {
		const left = this.#left;
		if (!ok)
			throw new RangeError(
				`${part} came where ${left < 0 ? "begin" : left === 0 ? "end" : `${left} bytes of data`} must come`,
			);
	}
}
