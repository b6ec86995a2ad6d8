import { lastIndexOfByte } from "@framewright/codec";
import { NewlineDecoder } from "./decoder.ts";
import type { Format } from "./options.ts";
import { decodeUtf8, utf8FaultAt } from "./utf8.ts";

// Decoding many lines at once costs a fraction of decoding each. But a string cut from another one keeps that one alive:
// the bound on a run is what a single line, kept for long, can pin.
const RUN = 8192;

/** Finds lines and decodes them: one by one, or a run of whole lines that cannot be at fault. */
export class TextFinder extends NewlineDecoder {
	/** The bytes of the run that was peeked last. */
	runLength = 0;
	/** Whether the last delimiter of a run can be told without its first: none overlaps another. */
	readonly #runs: boolean;

	constructor(format: Format) {
		super(format);
		const { delimiter } = format;
		this.#runs =
			delimiter.indexOf(delimiter.at(-1) as number) === delimiter.length - 1 &&
			decodeUtf8(delimiter, 0, delimiter.length) !== undefined;
	}

	/** Decodes the whole lines at the head of the input, without consuming them; or returns undefined, for `pullText`. */
	peekRun(): string | undefined {
		const { input } = this;
		// What was searched is part of one line. Looking at it again for every chunk would be quadratic.
		if (!this.#runs || this.searched > 0 || !input.ensure(1)) return undefined;
		const { bytes, start } = input;
		const { delimiter, maxLength } = this.format;
		// No line in so short a run is over the limit.
		const length = Math.min(RUN, maxLength + delimiter.length);
		const last = Math.min(input.end, start + length);
		const end = endOfLast(delimiter, bytes, start, last);
		this.runLength = end - start;
		return end === start ? undefined : decodeUtf8(bytes, start, end);
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
	pullText(): string | undefined {
		if (!this.next()) return undefined;
		const { frameBytes, frameStart, frameEnd } = this;
		const text = decodeUtf8(frameBytes, frameStart, frameEnd);
		if (text !== undefined) return text;
		const at = utf8FaultAt(frameBytes.subarray(frameStart, frameEnd));
		const byte = (frameBytes[frameStart + at] as number).toString(16);
		return this.fail(
			"invalid-utf8",
			`A line must be UTF-8; byte ${at} of it, 0x${byte}, does not fit`,
			this.itemOffset + at,
		);
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
