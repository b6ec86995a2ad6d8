import { Skipped } from "@framewright/codec";
import { ContentLengthDecoder } from "./decoder.ts";
import { fieldAt, type HeaderFault, NAME, OTHER } from "./header.ts";

const LF = 0x0a;
const C = 0x63;
const NAME_SIZE = "Content-Length:".length;

// Behind something else: the last line, or end of a line, that can begin a header; of the last line, as much as there is.
const LAST_LENGTH: RegExp =
	/^(.+)content-length:[\t ]*(\d+[\t ]*\r\n|\d*[\t ]*\r?$)/is;

const ascii = new TextDecoder();

/**
 * Steps over what is no message, in pieces that do not depend on the cut:
 *
 *     Listening ... LF    {"id":1}Content-Length: 2 CR LF CR LF {}
 *     `- Skipped ----´    `Skipped´                             `- "{}"
 *
 * A piece of noise ends behind its LF; where a Content-Length or a Content-Type begins; or when it is as long as a header may
 * be. To find where, every byte is read a few times at the most.
 */
export class ResyncingDecoder extends ContentLengthDecoder<Skipped> {
	/** Why it is noise what is unread, if it is. */
	#noise: HeaderFault | undefined;
	/** The unread bytes in which no header can begin. */
	#certain = 0;
	/** Whether a header begins behind those; or else, where one is found. */
	#known = false;
	/** The unread bytes in which the end of a piece was searched. */
	#searched = 0;
	/** The bytes of a refused body, and those of them that have not been stepped over. */
	#body = 0;
	#left = 0;

	override next(): boolean {
		return this.#stepOver() ?? this.#nextPiece() ?? super.next();
	}

	override rest(): Uint8Array {
		this.#noise = undefined;
		this.#left = 0;
		return super.rest();
	}

	protected override inside(): boolean {
		return this.#left > 0 || super.inside();
	}

	protected override refuse(fault: HeaderFault): boolean {
		const { input, header } = this;
		const { start, offset } = input;
		const { size, line } = header;
		const { code, message, at, details, body } = fault;
		header.reset();
		if (body !== undefined) {
			input.start += size;
			this.#left = this.#body = body;
			return this.foundOther(
				new Skipped(code, message, offset + at, details),
				offset,
			);
		}
		this.#noise = fault;
		this.#searched = 0;
		this.#known = fault.amongFields === true;
		// Before a byte that no header can have, none begins. Among fields the last length is the best guess, and goes on from
		// there: from the next line, and so on, the same fields would be read again and again.
		this.#certain = Math.max(1, at);
		if (this.#known) {
			const text = ascii.decode(input.bytes.subarray(start, start + size));
			this.#certain =
				LAST_LENGTH.exec(text)?.[1]?.length ?? (line || size - NAME_SIZE + 1);
		}
		return this.next();
	}

	/** Steps over what is left of a refused body. */
	#stepOver(): false | undefined {
		const { input } = this;
		if (this.#left > 0) this.#left -= input.skip(this.#left);
		if (this.#left === 0) return undefined;
		input.ensure(1);
		return this.starved("body", this.#body - this.#left, this.#body);
	}

	/** Hands over the next piece of noise, unless a header may begin here. */
	#nextPiece(): boolean | undefined {
		const { input } = this;
		const noise = this.#noise;
		if (noise === undefined) return undefined;
		const length = this.#endOfPiece();
		if (length < 0) return this.starved("header", input.available);
		const { bytes, start, offset } = input;
		const end = start + length;
		if (
			length >= this.#certain &&
			(this.#known ||
				length < this.format.maxHeaderLength ||
				bytes[end - 1] === LF)
		)
			this.#noise = undefined;
		this.#certain = Math.max(0, this.#certain - length);
		this.#searched = 0;
		if (length === 0) return undefined;
		input.start = end;
		return this.foundOther(
			new Skipped(noise.code, noise.message, offset, {
				...noise.details,
				bytes: new Uint8Array(bytes.subarray(start, end)),
			}),
			offset,
		);
	}

	/** Finds how long the next piece of noise is; returns -1 if that needs more input. */
	#endOfPiece(): number {
		const { input } = this;
		const { maxHeaderLength } = this.format;
		for (let at = this.#searched; at < maxHeaderLength; at++) {
			this.#searched = at;
			if (this.#known && at === this.#certain) return at;
			if (!this.reach(at)) return this.ended ? at : -1;
			const byte = input.bytes[input.start + at] as number;
			if (byte === LF) return at + 1;
			if (this.#known || at < this.#certain || (byte | 0x20) !== C) continue;
			this.reach(at + NAME_SIZE - 1);
			const field = fieldAt(input.bytes, input.start + at, input.end);
			if (field === NAME && !this.ended) return -1;
			if (field !== NAME && field !== OTHER) return at;
		}
		return maxHeaderLength;
	}
}
