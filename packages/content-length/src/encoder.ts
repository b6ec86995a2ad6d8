import { BracketingEncoder, type ByteWriter } from "@framewright/codec";
import { USUAL } from "./decoder.ts";
import type { Format } from "./options.ts";

const CR = 0x0d;
const LF = 0x0a;
const ZERO = 0x30;

/** Writes messages: reserves the header, and writes it once the body is there. */
export class ContentLengthEncoder extends BracketingEncoder {
	readonly #format: Format;
	/** The bytes reserved for the header of the message that was begun last. */
	#reserved: number;

	constructor(format: Format) {
		super();
		this.#format = format;
		this.#reserved = this.#headerSize(0);
	}

	begin(writer: ByteWriter, length?: number): number {
		// A length that is not known yet most likely has as many digits as the last one.
		if (length !== undefined) this.#reserved = this.#headerSize(length);
		return writer.reserve(this.#reserved);
	}

	finish(writer: ByteWriter, start: number): void {
		const body = writer.length - start - this.#reserved;
		const size = this.#headerSize(body);
		const more = size - this.#reserved;
		if (more !== 0) {
			writer.ensure(more);
			const from = writer.end - body;
			writer.bytes.copyWithin(from + more, from, writer.end);
			writer.end += more;
			this.#reserved = size;
		}
		writeHeader(writer.bytes, writer.start + start, size, body);
	}

	override wrap(
		payload: readonly Uint8Array[],
		length: number,
	): readonly Uint8Array[] {
		const header = new Uint8Array(this.#headerSize(length));
		writeHeader(header, 0, header.length, length);
		return [header, ...payload];
	}

	/** The bytes of the header of a body. Throws for a body that the options do not allow. */
	#headerSize(body: number): number {
		const { maxLength } = this.#format;
		if (body > maxLength)
			throw new RangeError(
				`A body may have ${maxLength} bytes at most, not ${body}`,
			);
		return USUAL.length + `${body}`.length + 4;
	}
}

/** Writes the header of a body at `bytes[at]`, in `size` bytes. */
function writeHeader(
	bytes: Uint8Array,
	at: number,
	size: number,
	body: number,
): void {
	for (let i = 0; i < USUAL.length; i++) bytes[at + i] = USUAL[i] as number;
	const end = at + size;
	let rest = body;
	for (let i = end - 5; i >= at + USUAL.length; i--) {
		bytes[i] = ZERO + (rest % 10);
		rest = Math.floor(rest / 10);
	}
	bytes[end - 4] = bytes[end - 2] = CR;
	bytes[end - 3] = bytes[end - 1] = LF;
}
