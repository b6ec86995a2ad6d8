import { type ByteWriter, writeText } from "@framewright/codec";
import { Fault } from "./fault.ts";
import { MAX_ARRAY, MAX_DEPTH, MAX_MESSAGE } from "./limits.ts";

/** Up to this many characters, a loop writes ASCII sooner than a TextEncoder is called. */
const SHORT = 32;

/** From this many bytes on, an `ay` is handed on instead of copied, where that is wanted: see the README of codec. */
export const BY_REFERENCE = 131_072;

/** Bytes that are not in the writer, and where they belong. */
interface Gap {
	/** How much of the writer precedes them. */
	readonly length: number;
	/** Where in the message they end. */
	readonly end: number;
	readonly bytes: Uint8Array;
}

/**
 * Writes values into a ByteWriter.
 *
 *     message  [ position bytes before | what is being written ]
 *
 * An index in `bytes` holds until the next call that makes room, because that may move the bytes. A position in the message
 * holds for good, and alignment counts from there: index + `shift` = position.
 */
export class Sink {
	bytes: Uint8Array = new Uint8Array(0);
	view: DataView = new DataView(this.bytes.buffer);
	at = 0;
	little = true;
	#writer: ByteWriter | undefined;
	#origin = 0;
	#shift = 0;
	/** What was handed on; undefined where all is copied. */
	#gaps: Gap[] | undefined;

	/** Goes on where a writer ends, which is at `position` in the message. */
	open(
		writer: ByteWriter,
		little: boolean,
		position: number,
		byReference: boolean,
	): void {
		this.#gaps = byReference ? [] : undefined;
		this.#writer = writer;
		this.little = little;
		this.#origin = position - writer.length;
		this.#reload(writer);
	}

	/** Leaves what was written to the writer. */
	close(): void {
		const writer = this.#writer as ByteWriter;
		this.#writer = undefined;
		writer.end = this.at;
		this.#limit(0);
	}

	/** What was written, in order: what `close` left to the writer, and what was handed on. */
	pieces(written: Uint8Array): Uint8Array[] {
		const pieces: Uint8Array[] = [];
		let start = 0;
		for (const { length, bytes } of this.#gaps ?? []) {
			pieces.push(written.subarray(start, length), bytes);
			start = length;
		}
		if (start < written.length) pieces.push(written.subarray(start));
		this.#gaps = undefined;
		return pieces;
	}

	#reload(writer: ByteWriter): void {
		if (this.bytes !== writer.bytes) {
			this.bytes = writer.bytes;
			const { buffer, byteOffset, length } = writer.bytes;
			this.view = new DataView(buffer, byteOffset, length);
		}
		this.at = writer.end;
		this.#shift = this.#origin - writer.start;
	}

	/** The position in the message of what is written next. */
	get position(): number {
		return this.at + this.#shift;
	}

	/** The index of a position in the message, which must not be in a gap. */
	indexOf(position: number): number {
		let index = position - this.#shift;
		if (this.#gaps !== undefined)
			for (const { end, bytes } of this.#gaps)
				if (position < end) index += bytes.length;
		return index;
	}

	/** Makes room for `length` bytes. */
	room(length: number): void {
		if (this.bytes.length - this.at >= length) return;
		this.#limit(length);
		const writer = this.#writer as ByteWriter;
		writer.end = this.at;
		writer.ensure(length);
		this.#reload(writer);
	}

	/** Makes room for a length, its padding, and `length` bytes behind it: then nothing moves while they are written. */
	roomFor(length: number): void {
		this.room((-this.position & 3) + 4 + length);
	}

	#limit(length: number): void {
		if (this.position + length > MAX_MESSAGE)
			throw refuse(
				`a message may have ${MAX_MESSAGE} bytes at most, not ${this.position + length}`,
			);
	}

	/** Adds `size` bytes, and before them the padding that aligns them to their size; returns the index of the first. */
	slot(size: number): number {
		const padding = -this.position & (size - 1);
		this.room(padding + size);
		const at = this.#pad(padding);
		this.at = at + size;
		return at;
	}

	/** Adds the padding before a value that is aligned to 8. */
	align8(): void {
		const padding = -this.position & 7;
		if (padding === 0) return;
		this.room(padding);
		this.#pad(padding);
	}

	/** Adds the elements of an `ay`. */
	bytesOf(value: Uint8Array): void {
		const { length } = value;
		if (this.#gaps !== undefined && length >= BY_REFERENCE) {
			this.#limit(length);
			this.#origin += length;
			this.#shift += length;
			this.#gaps.push({
				length: this.at - (this.#writer as ByteWriter).start,
				end: this.position,
				bytes: value,
			});
			return;
		}
		this.room(length);
		this.bytes.set(value, this.at);
		this.at += length;
	}

	#pad(padding: number): number {
		const { bytes } = this;
		let { at } = this;
		// The memory may hold what an earlier failure left there.
		for (const end = at + padding; at < end; at++) bytes[at] = 0;
		this.at = at;
		return at;
	}

	/** Adds a string. */
	text(value: string): void {
		const { length } = value;
		this.roomFor(length + 1);
		const head = this.slot(4);
		const { bytes } = this;
		const start = this.at;
		if (length <= SHORT) {
			let index = 0;
			for (; index < length; index++) {
				const code = value.charCodeAt(index);
				if (code === 0 || code > 0x7f) break;
				bytes[start + index] = code;
			}
			if (index === length) {
				this.view.setUint32(head, length, this.little);
				bytes[start + length] = 0;
				this.at = start + length + 1;
				return;
			}
		}
		this.#encoded(value);
	}

	/** Adds the text behind a length that is filled in then. */
	#encoded(value: string): void {
		if (value.includes("\0")) throw refuse("a string cannot hold a NUL");
		if (!value.isWellFormed())
			throw refuse("a string cannot hold half of a surrogate pair");
		const start = this.position;
		const writer = this.#writer as ByteWriter;
		writer.end = this.at;
		writeText(writer, value);
		this.#reload(writer);
		this.view.setUint32(
			this.indexOf(start - 4),
			this.position - start,
			this.little,
		);
		const nul = this.slot(1);
		this.bytes[nul] = 0;
	}

	/** Adds a signature, which is known to be one. */
	signature(value: string): void {
		const { length } = value;
		this.room(length + 2);
		const { bytes } = this;
		let { at } = this;
		bytes[at++] = length;
		for (let index = 0; index < length; index++)
			bytes[at++] = value.charCodeAt(index);
		bytes[at++] = 0;
		this.at = at;
	}

	/** Begins an array whose elements are aligned to `alignment`; returns the position of its length, for `endArray`. */
	beginArray(alignment: number): number {
		const head = this.slot(4);
		const position = head + this.#shift;
		if (alignment === 8) this.align8();
		return position;
	}

	/** Fills in the length of an array. */
	endArray(head: number, alignment: number): void {
		const start = alignment === 8 ? (head + 11) & ~7 : head + 4;
		const length = this.position - start;
		if (length > MAX_ARRAY) throw tooLong(length);
		this.view.setUint32(this.indexOf(head), length, this.little);
	}
}

/** An array that is too long. */
export function tooLong(length: number): Fault {
	return refuse(`an array may have ${MAX_ARRAY} bytes at most, not ${length}`);
}

/** Refuses a value that D-Bus cannot carry. */
export function refuse(message: string): Fault {
	return new Fault((path) => new RangeError(`${path}: ${message}`));
}

/** Checks that a value may be `depth` containers deep. */
export function checkDepth(depth: number): void {
	if (depth > MAX_DEPTH)
		throw refuse(`more than ${MAX_DEPTH} nested containers`);
}
