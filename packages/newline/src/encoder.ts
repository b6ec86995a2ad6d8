import {
	BracketingEncoder,
	type ByteWriter,
	indexOfByte,
} from "@framewright/codec";
import { BYTE_ORDER_MARK } from "./byte-order-mark.ts";
import type { Format } from "./options.ts";

const CR = 0x0d;

/** Writes lines. Refuses a line that a decoder with the same options would not give back. */
export class NewlineEncoder extends BracketingEncoder {
	readonly #format: Format;
	readonly #last: number;
	/** How much of a byte order mark the connection starts with so far, or -1 when that does not matter any more. */
	#mark: number;

	constructor(format: Format) {
		super();
		this.#format = format;
		this.#last = format.delimiter.at(-1) as number;
		this.#mark = format.bom === "keep" ? -1 : 0;
	}

	begin(writer: ByteWriter, length = 0): number {
		if (!this.#format.keepDelimiter) this.#checkLength(length);
		return writer.length;
	}

	finish(writer: ByteWriter, start: number): void {
		const { delimiter, keepDelimiter, optionalCr } = this.#format;
		if (!keepDelimiter) writer.write(delimiter);
		const length = this.#firstLine(writer, start);
		if (length !== writer.length - start)
			throw new RangeError(
				length === -1
					? "A line that keeps its delimiter must end with it"
					: `A line must not contain its delimiter before its end; one ends ${length} bytes into it`,
			);
		let content = length - delimiter.length;
		if (
			optionalCr &&
			content > 0 &&
			writer.bytes[writer.start + start + content - 1] === CR
		) {
			if (!keepDelimiter)
				throw new RangeError(
					'A line must not end with 0d where the delimiter is "either": it would be read as part of it',
				);
			content -= 1;
		}
		this.#checkLength(content);
		if (this.#mark !== -1) this.#checkStart(writer, start);
	}

	/** Refuses the line with which the connection would start with a byte order mark. */
	#checkStart({ bytes, start, end }: ByteWriter, line: number): void {
		let mark = this.#mark;
		for (let at = start + line; at < end && mark !== -1; at++) {
			mark = bytes[at] === BYTE_ORDER_MARK[mark] ? mark + 1 : -1;
			if (mark === BYTE_ORDER_MARK.length)
				throw new RangeError(
					"The first line must not start with a byte order mark",
				);
		}
		this.#mark = mark;
	}

	/** The length of what a decoder would take for the first line, delimiter included, or -1. */
	#firstLine(writer: ByteWriter, start: number): number {
		const { delimiter } = this.#format;
		const first = writer.start + start;
		const { bytes, end } = writer;
		let from = first + delimiter.length - 1;
		for (;;) {
			const at = indexOfByte(bytes, this.#last, from, end);
			if (at === -1) return -1;
			let i = 1;
			while (i < delimiter.length && bytes[at - i] === delimiter.at(-1 - i))
				i += 1;
			if (i === delimiter.length) return at + 1 - first;
			from = at + 1;
		}
	}

	#checkLength(length: number): void {
		const { maxLength } = this.#format;
		if (length > maxLength)
			throw new RangeError(
				`A line may have ${maxLength} bytes at most, not ${length}`,
			);
	}
}
