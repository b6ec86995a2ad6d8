import { BracketingEncoder, type ByteWriter } from "@framewright/codec";
import type { Format } from "./options.ts";
import { checkLength, headerOf, prefixSize, writePrefix } from "./prefix.ts";

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
		const format = this.#format;
		const start = writer.length;
		if (format.keepHeader) return start;
		if (length !== undefined) checkLength(format, length);
		// Where the length is not known yet, a prefix is most likely to be short.
		this.#reserved = prefixSize(format, length ?? 0);
		writer.reserve(format.offset + this.#reserved);
		return start;
	}

	finish(writer: ByteWriter, start: number): void {
		const format = this.#format;
		const { offset, keepHeader, maxFragment, terminator } = format;
		const whole = writer.length - start - offset;
		const reserved = keepHeader ? this.#keptSize(whole) : this.#reserved;
		const body = whole - reserved;
		checkLength(format, body);
		if (body > maxFragment) {
			this.#finishFragments(writer, start, body);
			return;
		}
		const size = prefixSize(format, body);
		if (size > reserved) {
			writer.reserve(size - reserved);
			const from = writer.end - size + reserved - body;
			writer.bytes.copyWithin(writer.end - body, from, from + body);
		}
		const at = writer.start + start;
		if (!keepHeader) for (let i = 0; i < offset; i++) writer.bytes[at + i] = 0;
		writePrefix(writer.bytes, at + offset, size, format, body, true);
		if (terminator >= 0) {
			writer.ensure(1);
			writer.bytes[writer.end] = terminator;
			writer.end += 1;
		}
	}

	override wrap(
		payload: readonly Uint8Array[],
		length: number,
	): readonly Uint8Array[] {
		const format = this.#format;
		const { offset, keepHeader, maxFragment, terminator } = format;
		const rest = [...payload];
		const pieces: Uint8Array[] = [];
		let left = length;
		let leading: Uint8Array | undefined;
		if (keepHeader) {
			const size = this.#keptSize(length - offset);
			leading = Uint8Array.from(
				splitOff(rest, offset).flatMap((piece) => [...piece]),
			);
			splitOff(rest, size);
			left -= offset + size;
		}
		checkLength(format, left);
		do {
			const fragment = Math.min(maxFragment, left);
			left -= fragment;
			pieces.push(
				headerOf(format, fragment, left === 0, leading),
				...splitOff(rest, fragment),
			);
		} while (left > 0);
		if (terminator >= 0) pieces.push(Uint8Array.of(terminator));
		return pieces;
	}

	#finishFragments(writer: ByteWriter, start: number, body: number): void {
		const record = writer.bytes.slice(writer.end - body, writer.end);
		writer.end = writer.start + start;
		for (const piece of this.wrap([record], body)) writer.write(piece);
	}

	/** The bytes of the prefix in a frame of `whole` bytes from there on. */
	#keptSize(whole: number): number {
		let size = 1;
		while (prefixSize(this.#format, whole - size) > size) size += 1;
		if (prefixSize(this.#format, whole - size) < size)
			throw new RangeError(`No prefix makes a whole frame of ${whole} bytes`);
		return size;
	}
}

/** Takes the first `count` bytes off a list of pieces. */
function splitOff(pieces: Uint8Array[], count: number): Uint8Array[] {
	const taken: Uint8Array[] = [];
	for (let left = count; left > 0; ) {
		const piece = pieces.shift() as Uint8Array;
		if (piece.length > left) pieces.unshift(piece.subarray(left));
		taken.push(piece.length > left ? piece.subarray(0, left) : piece);
		left -= piece.length;
	}
	return taken;
}
