import {
	type DecodeErrorCode,
	FramingDecoder,
	findByte,
	indexOfByte,
	Skipped,
} from "@framewright/codec";
import { END, ESC, isEscaped, unescapeInto } from "./escape.ts";
import type { Format } from "./options.ts";

const EMPTY: Uint8Array = new Uint8Array(0);
/** How much memory unescaped packets share at the most, unless one alone needs more. */
const SLAB = 16_384;

/** Finds packets. Looks at every byte once for an END and once for an ESC, however the input is cut. */
export class SlipDecoder extends FramingDecoder<Skipped> {
	readonly #format: Format;
	/** Unread bytes among which there is no END; those of them that were checked; and the escapes among these. */
	#searched = 0;
	#checked = 0;
	#escapes = 0;
	/** The wire offset before which there is no unread ESC. */
	#clear = 0;
	/** Whether all up to the next END belongs to a packet that was reported as skipped. */
	#skipping = false;
	/** Memory for unescaped packets, and how much of it packets have taken, to keep. */
	#slab = EMPTY;
	#taken = 0;

	constructor(format: Format) {
		super(format.copy);
		this.#format = format;
	}

	override next(): boolean {
		const { input } = this;
		if (this.#skipping && !this.#skip()) {
			this.#slab = EMPTY;
			return this.starved("packet", input.offset - this.itemOffset);
		}
		let length: number;
		do {
			// Empty packets: an END begins a packet as well as it ends one.
			while (input.start < input.end && input.bytes[input.start] === END)
				input.start += 1;
			length = findByte(input, END, this.#searched);
		} while (length === 0);
		if (length === -1) return this.#incomplete();
		if (length > this.#format.maxLength && this.#refused(length, true))
			return true;
		if (this.#hasEscape(length)) return this.#unescape(length);
		this.#forget();
		const { start } = input;
		return this.found(start, start + length, start + length + 1);
	}

	override get bytesHeld(): number {
		return super.bytesHeld + this.#slab.length;
	}

	override rest(): Uint8Array {
		this.#forget();
		this.#skipping = false;
		this.#slab = EMPTY;
		return super.rest();
	}

	protected override inside(): boolean {
		return this.#skipping || super.inside();
	}

	#incomplete(): boolean {
		const { available } = this.input;
		this.#searched = available;
		this.#slab = EMPTY;
		return this.#refused(available, false) || this.starved("packet", available);
	}

	#hasEscape(length: number): boolean {
		const { bytes, base, start, end } = this.input;
		const packetEnd = base + start + length;
		if (this.#clear >= packetEnd) return false;
		const from = Math.max(start, this.#clear - base);
		// It may be the one that the last search found.
		const at = bytes[from] === ESC ? from : indexOfByte(bytes, ESC, from, end);
		this.#clear = base + (at === -1 ? end : at);
		return this.#clear < packetEnd;
	}

	/** Hands over the packet that takes `length` bytes on the wire, in memory of our own. */
	#unescape(length: number): boolean {
		const { input } = this;
		const { bytes, start } = input;
		const end = start + length;
		if (this.#slab.length - this.#taken < length) {
			// No more than this window can fill: small chunks cost little.
			const size = Math.max(length, Math.min(SLAB, input.end - start));
			this.#slab = new Uint8Array(size);
			this.#taken = 0;
		}
		const slab = this.#slab;
		const from = this.#taken;
		const to = unescapeInto(bytes, start, end, slab, from);
		if (to === -1) return this.#refused(length, true);
		this.#forget();
		this.found(start, end, end + 1);
		this.frameBytes = slab;
		this.frameStart = from;
		this.frameEnd = to;
		// What is copied for each packet can be used again.
		if (!this.#format.copy) this.#taken = to;
		return true;
	}

	/** Whether there is a fault in the first `length` bytes of the packet; then it was reported. */
	#refused(length: number, complete: boolean): boolean {
		const { bytes, start } = this.input;
		const { maxLength } = this.#format;
		// A view: a search for what is not there would go on behind the packet, for every piece of it.
		const packet = bytes.subarray(start, start + length);
		for (;;) {
			const found = indexOfByte(packet, ESC, this.#checked, length);
			const esc = found === -1 ? length : found;
			const most = maxLength + this.#escapes;
			if (Math.min(esc + 1, length) > most)
				return this.#refuse(
					"too-large",
					`A packet may have ${maxLength} bytes at most`,
					most,
				);
			if (esc === length || (esc + 1 === length && !complete)) {
				this.#checked = esc;
				return false;
			}
			// What follows an ESC at the end of a packet is its END.
			const byte = bytes[start + esc + 1] as number;
			if (!isEscaped(byte))
				return this.#refuse(
					"invalid-syntax",
					`Behind ESC (db) there must be dc or dd, not ${byte.toString(16).padStart(2, "0")}`,
					esc + 1,
				);
			this.#escapes += 1;
			this.#checked = esc + 2;
		}
	}

	#refuse(code: DecodeErrorCode, message: string, distance: number): true {
		const { offset } = this.input;
		const { maxLength, resync } = this.#format;
		const details = code === "too-large" ? { limit: maxLength } : {};
		this.#forget();
		if (!resync) {
			this.#slab = EMPTY;
			this.fail(code, message, offset + distance, details);
		}
		this.#skipping = true;
		return this.foundOther(
			new Skipped(code, message, offset + distance, details),
			offset,
		);
	}

	/** Drops what is left of a refused packet. Returns whether its END was there. */
	#skip(): boolean {
		const { input } = this;
		do {
			const { bytes, start, end } = input;
			const at = indexOfByte(bytes, END, start, end);
			this.#skipping = at === -1;
			input.skip((this.#skipping ? end : at + 1) - start);
		} while (this.#skipping && input.ensure(1));
		return !this.#skipping;
	}

	#forget(): void {
		this.#searched = this.#checked = this.#escapes = 0;
	}
}
