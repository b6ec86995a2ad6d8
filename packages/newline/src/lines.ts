import {
	AppendingEncoder,
	type ByteDecoder,
	type ByteLayer,
	type ByteWriter,
	type Skipped,
	writeText,
} from "@framewright/codec";
import { NewlineEncoder } from "./encoder.ts";
import { type Format, formatOf, type NewlineOptions } from "./options.ts";
import { TextFinder } from "./text-finder.ts";
import { decodeUtf8, utf8Length } from "./utf8.ts";

/** Text lines: items are strings; with `oversize: "skip"`, also `Skipped`. */
export type Lines<Other extends Skipped = never> = ByteLayer<
	string | Other,
	string
>;

/** The options of `newline` that text has: a string is a copy, and no piece of a character. */
export interface LinesOptions
	extends Omit<NewlineOptions, "copy" | "oversize"> {
	/**
	 * What a decoder does with a line over `maxLength`: `"fail"`, with `too-large`; or `"skip"` it, handing over one
	 * `Skipped` as soon as the limit is crossed, and go on with the next line. Default: `"fail"`.
	 */
	readonly oversize?: "fail" | "skip";
}

/**
 * Frames text by ending each line with a delimiter; the bytes are UTF-8, checked.
 *
 *     lines()   68 c3 a9 0a 62 0a   -> "hé", "b"
 *
 * Takes the options of `newline`, all of them in bytes, but for `copy` and `"pieces"`. Decoding throws what `newline`
 * throws, and `invalid-utf8` at the first bad byte; encoding also refuses a string with a lone surrogate, which UTF-8
 * cannot carry.
 */
export function lines(
	options?: LinesOptions & { readonly oversize?: "fail" },
): Lines;
export function lines(options: LinesOptions): Lines<Skipped>;
export function lines(options: LinesOptions = {}): Lines<Skipped> {
	const format = formatOf("lines", options);
	if (
		format.keepDelimiter &&
		decodeUtf8(format.delimiter, 0, format.delimiter.length) === undefined
	)
		throw new RangeError(
			"lines(): a delimiter that is not UTF-8 cannot be kept in a string",
		);
	return {
		decoder: () => new LinesDecoder(format, false),
		encoder: () => new LinesEncoder(format),
	};
}

const CR = 0x0d;

/** Decodes many lines at once, and cuts them from the text. */
export class LinesDecoder implements ByteDecoder<string | Skipped> {
	readonly #finder: TextFinder;
	readonly #format: Format;
	/** The delimiter as text. Never absent where there are runs: they are cut by it. */
	readonly #delimiter: string;
	/** The run of lines that is being handed out, still unread in the finder's input; and where its next line starts. */
	#run = "";
	#next = 0;
	/** Where the line pulled last starts in the run, or -1 when it is not from a run. */
	#line = -1;
	/** A place in the run and its distance in bytes, kept so that asking for every offset is linear. */
	#place = 0;
	#placeBytes = 0;

	constructor(format: Format, skipsBadText: boolean) {
		const { delimiter } = format;
		this.#format = format;
		this.#finder = new TextFinder(format, skipsBadText);
		this.#delimiter = decodeUtf8(delimiter, 0, delimiter.length) ?? "";
	}

	push(chunk: Uint8Array): void {
		this.#finder.push(chunk);
	}

	pull(): string | Skipped | undefined {
		if (this.#next === this.#run.length && !this.#startRun()) {
			this.#line = -1;
			return this.#finder.pullText();
		}
		const start = this.#next;
		const end = this.#run.indexOf(this.#delimiter, start);
		this.#line = start;
		this.#next = end + this.#delimiter.length;
		const { keepDelimiter, optionalCr } = this.#format;
		if (keepDelimiter) return this.#run.slice(start, this.#next);
		const cr =
			optionalCr && end > start && this.#run.charCodeAt(end - 1) === CR;
		return this.#run.slice(start, cr ? end - 1 : end);
	}

	end(): void {
		this.#finder.end();
	}

	get itemOffset(): number {
		return this.#line === -1
			? this.#finder.itemOffset
			: this.#finder.offset + this.#bytesUpTo(this.#line);
	}

	get bytesHeld(): number {
		return this.#finder.bytesHeld;
	}

	rest(): Uint8Array {
		this.#endRun(this.#bytesUpTo(this.#next));
		return this.#finder.rest();
	}

	#startRun(): boolean {
		this.#endRun(this.#bytesUpTo(this.#next));
		this.#run = this.#finder.peekRun() ?? "";
		return this.#run !== "";
	}

	#endRun(bytes: number): void {
		this.#finder.consume(bytes);
		this.#run = "";
		this.#next = this.#place = this.#placeBytes = 0;
	}

	/** The bytes of the run before `at`. */
	#bytesUpTo(at: number): number {
		const { runLength } = this.#finder;
		if (at === this.#run.length) return at === 0 ? 0 : runLength;
		if (this.#run.length === runLength) return at;
		if (at < this.#place) this.#place = this.#placeBytes = 0;
		this.#placeBytes += utf8Length(this.#run, this.#place, at);
		this.#place = at;
		return this.#placeBytes;
	}
}

/** Writes lines of text. */
export class LinesEncoder extends AppendingEncoder<string> {
	readonly #framing: NewlineEncoder;

	constructor(format: Format) {
		super();
		this.#framing = new NewlineEncoder(format);
	}

	encodeInto(line: string, writer: ByteWriter): void {
		if (!line.isWellFormed())
			throw new RangeError("A line must not have a lone surrogate");
		const start = this.#framing.begin(writer);
		writeText(writer, line);
		this.#framing.finish(writer, start);
	}
}
