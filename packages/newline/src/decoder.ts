import { FramingDecoder, findByte, Skipped } from "@framewright/codec";
import { byteOrderMark } from "./byte-order-mark.ts";
import type { Format } from "./options.ts";
import { Piece } from "./piece.ts";

const CR = 0x0d;

/** Finds lines. Looks at every byte once, however the input is cut: what was searched stays searched. */
export class NewlineDecoder extends FramingDecoder<Skipped | Piece> {
	protected readonly format: Format;
	/** Unread bytes among which no delimiter ends. */
	protected searched = 0;
	/** Whether a byte order mark may be next. */
	protected atStart: boolean;
	/** The wire offset of a line over the limit of which a part was consumed, or -1. */
	protected lineStart = -1;
	readonly #last: number;

	constructor(format: Format) {
		super(format.copy);
		this.format = format;
		this.atStart = format.bom !== "keep";
		this.#last = format.delimiter.at(-1) as number;
	}

	override next(): boolean {
		if (this.atStart && !this.#passByteOrderMark()) return this.#starved();
		const { input } = this;
		const at = this.#find();
		if (at === -1) return this.#incomplete();
		this.searched = 0;
		const { optionalCr, keepDelimiter, maxLength, delimiter } = this.format;
		const { start } = input;
		const next = start + at + 1;
		if (this.#skipping) {
			input.start = next;
			this.lineStart = -1;
			return this.next();
		}
		let length = at + 1 - delimiter.length;
		if (optionalCr && length > 0 && input.bytes[start + length - 1] === CR)
			length -= 1;
		if (length > maxLength) return this.#overLimit(at, next);
		const end = keepDelimiter ? next : start + length;
		return this.lineStart === -1
			? this.found(start, end, next)
			: this.#foundPiece(end, next, true);
	}

	override rest(): Uint8Array {
		const rest = super.rest();
		this.searched = 0;
		this.lineStart = -1;
		this.atStart &&= this.input.offset === 0;
		return rest;
	}

	protected override inside(): boolean {
		return this.lineStart !== -1 || super.inside();
	}

	get #skipping(): boolean {
		return this.lineStart !== -1 && this.format.oversize === "skip";
	}

	/** Returns false when more input is needed to tell whether there is a byte order mark. */
	#passByteOrderMark(): boolean {
		const { input } = this;
		const length = byteOrderMark(input, this.ended);
		if (length === -1) return false;
		this.atStart = false;
		if (length > 0 && this.format.bom === "error")
			this.fail(
				"invalid-syntax",
				"The input must not start with a byte order mark",
				0,
			);
		input.start += length;
		return true;
	}

	/** The distance to the last byte of the next delimiter, or -1. */
	#find(): number {
		const { input } = this;
		const { delimiter } = this.format;
		// A delimiter is found by its last byte, so that one which arrives in pieces needs no second look.
		let from = Math.max(this.searched, delimiter.length - 1);
		for (;;) {
			const at = findByte(input, this.#last, from);
			if (at === -1) this.searched = input.available;
			if (at === -1 || delimiter.length === 1 || this.#endsAt(at)) return at;
			from = at + 1;
			// Where last bytes are many, findByte would gather what has arrived anew for each.
			if (input.next.length > 0) input.ensure(Number.POSITIVE_INFINITY);
		}
	}

	#endsAt(at: number): boolean {
		const { bytes, start } = this.input;
		const { delimiter } = this.format;
		const first = start + at + 1 - delimiter.length;
		for (let i = 0; i < delimiter.length - 1; i++)
			if (bytes[first + i] !== delimiter[i]) return false;
		return true;
	}

	#incomplete(): boolean {
		const { input } = this;
		const { maxLength, delimiter, optionalCr, unterminated } = this.format;
		const { available } = input;
		if (this.#skipping) this.#drop();
		// Sooner, the bytes beyond the limit might still turn out to be the delimiter.
		else if (available >= maxLength + delimiter.length + (optionalCr ? 1 : 0))
			return this.#overLimit(available);
		if (this.ended && unterminated !== "error") {
			if (this.#skipping || unterminated === "discard") {
				input.clear();
				this.lineStart = -1;
			} else if (available > maxLength) return this.#overLimit(available);
			else if (available > 0)
				return this.lineStart === -1
					? this.found(input.start, input.end, input.end)
					: this.#foundPiece(input.end, input.end, true);
		}
		return this.#starved();
	}

	#starved(): false {
		const { input } = this;
		const start = this.lineStart === -1 ? input.offset : this.lineStart;
		const have = input.offset + input.available - start;
		return this.starved("line without its delimiter", have);
	}

	/** Deals with a line over the limit. No delimiter ends in its first `searched` bytes; the next line is at `next`, if known. */
	#overLimit(searched: number, next?: number): boolean {
		const { input } = this;
		const { maxLength, oversize } = this.format;
		const { offset } = input;
		if (oversize === "pieces") {
			this.searched = searched - maxLength;
			const end = input.start + maxLength;
			return this.#foundPiece(end, end, false);
		}
		const message = `A line may have ${maxLength} bytes at most; no delimiter came by then`;
		const figures = { limit: maxLength };
		if (oversize === "fail")
			this.fail("too-large", message, offset + maxLength, figures);
		if (next === undefined) {
			this.lineStart = offset;
			this.#drop();
		} else input.start = next;
		return this.foundOther(
			new Skipped("too-large", message, offset + maxLength, figures),
			offset,
		);
	}

	/** Lets go of all unread bytes but those with which a delimiter may begin. */
	#drop(): void {
		const { input } = this;
		this.searched = Math.min(input.available, this.format.delimiter.length - 1);
		input.start = input.end - this.searched;
		input.ensure(Number.POSITIVE_INFINITY);
	}

	#foundPiece(end: number, next: number, last: boolean): boolean {
		const { input } = this;
		const { bytes, start, offset } = input;
		const { buffer, byteOffset } = bytes;
		const view = new Uint8Array(buffer, byteOffset + start, end - start);
		if (last) this.lineStart = -1;
		else if (this.lineStart === -1) this.lineStart = offset;
		input.start = next;
		const piece = new Piece(this.format.copy ? view.slice() : view, last);
		return this.foundOther(piece, offset);
	}
}
