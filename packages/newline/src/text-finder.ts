import { lastIndexOfByte, type Skipped } from "@framewright/codec";
import { NewlineDecoder } from "./decoder.ts";
import type { Format } from "./options.ts";
import { decodeUtf8, invalidUtf8 } from "./utf8.ts";

// Decoding many lines at once costs a fraction of decoding each. But a string cut from another one keeps that one alive:
// the bound on a run is what a single line, kept for long, can pin.
const RUN = 8192;

/** Finds lines and decodes them: one by one, or a run of whole lines that cannot be at fault. */
export class TextFinder extends NewlineDecoder {
	/** The bytes of the run that was peeked last. */
	runLength = 0;
	/** Whether the last delimiter of a run can be told without its first: none overlaps another. */
	readonly #runs: boolean;
	/** Whether a line that is not UTF-8 is skipped, instead of being the end. */
	readonly #skipsBadText: boolean;
	/** The wire offset up to which lines are decoded one by one, because together they are not UTF-8. */
	#oneByOne = 0;

	constructor(format: Format, skipsBadText: boolean) {
		super(format);
		this.#skipsBadText = skipsBadText;
		const { delimiter } = format;
		this.#runs =
			delimiter.indexOf(delimiter.at(-1) as number) === delimiter.length - 1 &&
			decodeUtf8(delimiter, 0, delimiter.length) !== undefined;
	}

	/** Decodes the whole lines at the head of the input, without consuming them; or returns undefined, for `pullText`. */
	peekRun(): string | undefined {
		const { input } = this;
		if (
			!this.#runs ||
			this.atStart ||
			this.lineStart !== -1 ||
			// What was searched is part of one line. Looking at it again for every chunk would be quadratic.
			this.searched > 0 ||
			!input.ensure(1) ||
			input.offset < this.#oneByOne
		)
			return undefined;
		const { bytes, start } = input;
		const { delimiter, maxLength } = this.format;
		// No line in so short a run is over the limit.
		const length = Math.min(RUN, maxLength + delimiter.length);
		const last = Math.min(input.end, start + length);
		const end = endOfLast(delimiter, bytes, start, last);
		this.runLength = end - start;
		if (end === start) return undefined;
		const run = decodeUtf8(bytes, start, end);
		// Decoding the rest of it again behind each line before the fault would be quadratic, too.
		if (run === undefined) this.#oneByOne = input.base + end;
		return run;
	}

	/** The wire offset of the next unread byte. */
	get offset(): number {
		return this.input.offset;
	}

	/** Consumes bytes that `peekRun` decoded. */
	consume(bytes: number): void {
		this.input.start += bytes;
	}

	/** Takes the next line as text, or undefined when more input is needed. */
	pullText(): string | Skipped | undefined {
		if (!this.next()) return undefined;
		// There are no pieces of text: a character may have no end in them.
		if (this.other !== undefined) return this.other as Skipped;
		const { frameBytes, frameStart, frameEnd } = this;
		const text = decodeUtf8(frameBytes, frameStart, frameEnd);
		if (text !== undefined) return text;
		const skipped = invalidUtf8(
			"line",
			frameBytes.subarray(frameStart, frameEnd),
			this.itemOffset,
		);
		if (this.#skipsBadText) return skipped;
		return this.fail(skipped.code, skipped.message, skipped.offset);
	}
}

/** The index behind the last `delimiter` in `bytes[start, end)`, or `start` if there is none. */
function endOfLast(
	delimiter: Uint8Array,
	bytes: Uint8Array,
	start: number,
	end: number,
): number {
	const tail = delimiter.length - 1;
	const from = start + tail;
	const last = delimiter[tail] as number;
	let at = lastIndexOfByte(bytes, last, from, end);
	while (at !== -1) {
		let i = 0;
		while (i < tail && bytes[at - tail + i] === delimiter[i]) i += 1;
		if (i === tail) return at + 1;
		at = lastIndexOfByte(bytes, last, from, at);
	}
	return start;
}
