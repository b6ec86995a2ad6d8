import { FramingDecoder, findByte } from "@framewright/codec";
import type { Format } from "./options.ts";

const CR = 0x0d;

/** Finds lines. Looks at every byte once, however the input is cut: what was searched stays searched. */
export class NewlineDecoder extends FramingDecoder {
	protected readonly format: Format;
	/** Unread bytes among which no delimiter ends. */
	protected searched = 0;
	readonly #last: number;

	constructor(format: Format) {
		super(format.copy);
		this.format = format;
		this.#last = format.delimiter.at(-1) as number;
	}

	override next(): boolean {
		const { input } = this;
		const at = this.#find();
		if (at === -1) return this.#incomplete();
		this.searched = 0;
		const { optionalCr, keepDelimiter, maxLength, delimiter } = this.format;
		const { start } = input;
		let length = at + 1 - delimiter.length;
		if (optionalCr && length > 0 && input.bytes[start + length - 1] === CR)
			length -= 1;
		if (length > maxLength) this.#tooLong();
		const next = start + at + 1;
		return this.found(start, keepDelimiter ? next : start + length, next);
	}

	override rest(): Uint8Array {
		this.searched = 0;
		return super.rest();
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
		// Sooner, the bytes beyond the limit might still turn out to be the delimiter.
		if (available >= maxLength + delimiter.length + (optionalCr ? 1 : 0))
			this.#tooLong();
		if (this.ended && available > 0) {
			if (unterminated === "discard") input.clear();
			else if (unterminated === "emit") {
				if (available > maxLength) this.#tooLong();
				return this.found(input.start, input.end, input.end);
			}
		}
		return this.starved("line without its delimiter", available);
	}

	#tooLong(): never {
		const { maxLength } = this.format;
		this.fail(
			"too-large",
			`A line may have ${maxLength} bytes at most; no delimiter came by then`,
			this.input.offset + maxLength,
		);
	}
}
