import {
	AppendingEncoder,
	type ByteDecoder,
	type ByteLayer,
	type ByteWriter,
	type Skipped,
} from "@framewright/codec";
import { type JsonValue, jsonText, notJson } from "./json-text.ts";
import { LinesDecoder, LinesEncoder } from "./lines.ts";
import { checkChoice, type Format, jsonFormatOf } from "./options.ts";

/** JSON Lines: items are values, and each line that holds none, `Skipped`. */
export type JsonLines = ByteLayer<JsonValue | Skipped, JsonValue>;

/** Describes lines of JSON. */
export interface JsonLinesOptions {
	/** The most bytes a line may have, its end not counted, when decoding and when encoding. Default: 8 MiB. */
	readonly maxLength?: number;
	/**
	 * What a line of nothing but white space is, when decoding: an `"error"`, `Skipped`, since JSON Lines wants a value in
	 * each line; or a line to `"skip"` without a word. Default: `"error"`.
	 */
	readonly blankLines?: "error" | "skip";
	/**
	 * What a last line without a line feed is, when decoding: an `"error"` (`truncated`), a line to `"emit"`, as in files,
	 * or bytes to `"discard"`. Default: `"error"`, since half a number looks just like it.
	 */
	readonly unterminated?: "error" | "emit" | "discard";
	/**
	 * What a byte order mark at the start of the connection is, when decoding: an `"error"` in the first line, which is
	 * `Skipped`, or bytes to `"strip"`. Default: `"error"`.
	 */
	readonly bom?: "error" | "strip";
}

/**
 * Reads and writes JSON Lines, also called NDJSON: one value in each line (https://jsonlines.org).
 *
 *     7b 22 61 22 3a 31 7d 0a  5b 0a  33 0d 0a    -> {"a":1}, Skipped, 3
 *
 * A line that is no JSON, or blank (`invalid-syntax`, at its start), not UTF-8 (`invalid-utf8`, at the first bad byte), too
 * long (`too-large`, at the first byte over `maxLength`) or nested deeper than the engine can (`too-deep`) comes out as
 * `Skipped`, and decoding goes on with the next line. Only a last line without a line feed throws: `truncated`.
 *
 * Encoding throws a `RangeError` for what JSON does not have: undefined, a function, a BigInt, a cycle, NaN, Infinity; and
 * for a line over `maxLength`. Like all JSON, it makes 0 of -0.
 *
 * Bad options throw a `RangeError` here.
 */
export function jsonLines(options: JsonLinesOptions = {}): JsonLines {
	const { blankLines = "error" } = options;
	checkChoice("jsonLines", "blankLines", blankLines, ["error", "skip"]);
	const format = jsonFormatOf("jsonLines", options);
	return {
		decoder: () => new JsonLinesDecoder(format, blankLines === "skip"),
		encoder: () => new JsonLinesEncoder(format),
	};
}

const BLANK = /^[\t\r ]*$/;

class JsonLinesDecoder implements ByteDecoder<JsonValue | Skipped> {
	readonly #lines: LinesDecoder;
	readonly #skipsBlank: boolean;

	constructor(format: Format, skipsBlank: boolean) {
		this.#lines = new LinesDecoder(format, true);
		this.#skipsBlank = skipsBlank;
	}

	push(chunk: Uint8Array): void {
		this.#lines.push(chunk);
	}

	pull(): JsonValue | Skipped | undefined {
		for (;;) {
			const line = this.#lines.pull();
			if (typeof line !== "string") return line;
			try {
				return JSON.parse(line) as JsonValue;
			} catch (error) {
				if (!this.#skipsBlank || !BLANK.test(line))
					return notJson(line, this.itemOffset, error);
			}
		}
	}

	end(): void {
		this.#lines.end();
	}

	get itemOffset(): number {
		return this.#lines.itemOffset;
	}

	get bytesHeld(): number {
		return this.#lines.bytesHeld;
	}

	rest(): Uint8Array {
		return this.#lines.rest();
	}
}

class JsonLinesEncoder extends AppendingEncoder<JsonValue> {
	readonly #lines: LinesEncoder;

	constructor(format: Format) {
		super();
		this.#lines = new LinesEncoder(format);
	}

	encodeInto(value: JsonValue, writer: ByteWriter): void {
		this.#lines.encodeInto(jsonText(value), writer);
	}
}
