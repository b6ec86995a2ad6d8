import {
	AppendingEncoder,
	type ByteLayer,
	type ByteWriter,
	FramingDecoder,
	indexOfByte,
	Skipped,
} from "@framewright/codec";
import { byteOrderMark } from "./byte-order-mark.ts";
import { type JsonValue, jsonText, notJson } from "./json-text.ts";
import { LinesEncoder } from "./lines.ts";
import { type Format, jsonFormatOf } from "./options.ts";
import { decodeUtf8, invalidUtf8 } from "./utf8.ts";

/** A JSON text sequence: items are values, and what is none, `Skipped`. */
export type JsonTextSequence = ByteLayer<JsonValue | Skipped, JsonValue>;

/** Describes a JSON text sequence. */
export interface JsonTextSequenceOptions {
	/**
	 * The most bytes a text may have, RS and the line feed at its end not counted, when decoding and when encoding.
	 * Default: 8 MiB.
	 */
	readonly maxLength?: number;
	/**
	 * What a last text without a line feed is, when decoding: an `"error"` (`truncated`); a text to `"emit"`, if it is whole;
	 * or bytes to `"discard"`. Default: `"error"`.
	 */
	readonly unterminated?: "error" | "emit" | "discard";
	/**
	 * What a byte order mark at the start of the connection is, when decoding: an `"error"`, `Skipped` like all that stands
	 * before the first RS, or bytes to `"strip"`. Default: `"error"`.
	 */
	readonly bom?: "error" | "strip";
}

/**
 * Reads and writes JSON text sequences (RFC 7464), where each text stands between RS and a line feed.
 *
 *     1e 7b 22 61 22 3a 31 7d 0a  1e 5b  1e 33 0a    -> {"a":1}, Skipped, 3
 *
 * A text comes out with the line feed behind it; one of several lines, with the RS behind it or at the end of the input.
 *
 * What is no JSON is `Skipped`, and decoding goes on at the next RS (section 2.3). Its `code` is `truncated` where no line
 * feed ends the text, as the number that RS follows at once (section 2.4); `invalid-syntax` otherwise, and at the first byte
 * that stands outside of any text; `invalid-utf8`; `too-large`, at the first byte over `maxLength`; or `too-deep` for the
 * engine. Only the end of the input inside a text throws: `truncated`.
 *
 * Encoding throws a `RangeError` as that of `jsonLines` does.
 *
 * Bad options throw a `RangeError` here.
 */
export function jsonTextSequence(
	options: JsonTextSequenceOptions = {},
): JsonTextSequence {
	const format = jsonFormatOf("jsonTextSequence", options);
	return {
		decoder: () => new JsonTextSequenceDecoder(format),
		encoder: () => new JsonTextSequenceEncoder(format),
	};
}

const RS = 0x1e;
const RECORD_SEPARATOR = Uint8Array.of(RS);
const LF = 0x0a;
/** White space of JSON (RFC 8259, section 2). */
const SPACE: readonly unknown[] = [0x20, 0x09, LF, 0x0d];

class JsonTextSequenceDecoder extends FramingDecoder<JsonValue | Skipped> {
	readonly #format: Format;
	/** Whether a byte order mark may be next. */
	#atStart: boolean;
	/** Whether the next unread byte is the RS of a text. If not, what comes up to one is passed. */
	#inText = false;
	/** Unread bytes, RS included, among which no text ends; and whether its first line is among them, and is no text. */
	#searched = 1;
	#longer = false;
	/** What is being passed. Of these, only space may stand there. */
	#passing: "nothing" | "space" | "noise" | "text" = "nothing";
	/** The wire offset of the text that began last; and whether it is being passed, and has not ended yet. */
	#textStart = 0;
	#open = false;

	constructor(format: Format) {
		super();
		this.#format = format;
		this.#atStart = format.bom === "strip";
	}

	override pull(): JsonValue | Skipped | undefined {
		return this.next() ? this.other : undefined;
	}

	override next(): boolean {
		const { input } = this;
		if (this.#atStart) {
			const length = byteOrderMark(input, this.ended);
			if (length === -1) return this.#starved();
			input.start += length;
			this.#atStart = false;
		}
		for (;;) {
			if (!this.#inText) {
				const fault = this.#pass();
				if (fault !== undefined) return this.foundOther(fault, fault.offset);
				if (!this.#inText) return this.#starved();
			}
			const at = this.#find();
			if (at === -1) return this.#incomplete();
			const { bytes, start } = input;
			if (bytes[start + at] === RS) {
				if (at > 1) return this.#endText(at);
				// Several RS in a row have no texts between them (section 2.1).
				input.start += 1;
				this.#inText = false;
			} else if (at - 1 > this.#format.maxLength) return this.#tooLarge();
			else {
				const line = decodeUtf8(bytes, start + 1, start + at);
				try {
					if (line !== undefined)
						return this.#handOver(JSON.parse(line) as JsonValue, at + 1);
				} catch {}
				this.#longer = true;
				this.#searched = at + 1;
			}
		}
	}

	override rest(): Uint8Array {
		const rest = super.rest();
		this.#inText = this.#open = false;
		this.#passing = "nothing";
		this.#atStart &&= this.input.offset === 0;
		return rest;
	}

	protected override inside(): boolean {
		return this.#open || super.inside();
	}

	/** Passes what stands before the next text. Returns what is not allowed there, once. */
	#pass(): Skipped | undefined {
		const { input } = this;
		while (input.ensure(1)) {
			const { bytes, start, end } = input;
			let at = start;
			if (this.#passing === "space")
				while (at < end && SPACE.includes(bytes[at])) at += 1;
			else if (this.#passing !== "nothing") {
				at = indexOfByte(bytes, RS, start, end);
				if (at === -1) at = end;
				if (at > start)
					this.#open = this.#passing === "text" && bytes[at - 1] !== LF;
			}
			input.start = at;
			if (at === end) continue;
			if (bytes[at] === RS) {
				this.#inText = true;
				this.#textStart = input.offset + 1;
				this.#searched = 1;
				this.#longer = this.#open = false;
				return undefined;
			}
			this.#passing = "noise";
			const byte = (bytes[at] as number).toString(16);
			return new Skipped(
				"invalid-syntax",
				`Expected 0x1e before the next JSON text, found 0x${byte}`,
				input.offset,
			);
		}
		return undefined;
	}

	/** The distance to the RS behind the text, or to the line feed behind its first line; or -1. */
	#find(): number {
		const { input } = this;
		if (input.next.length > 0) input.ensure(Number.POSITIVE_INFINITY);
		const { bytes, start, end } = input;
		const lineFeed = this.#longer ? RS : LF;
		for (let at = start + this.#searched; at < end; at++)
			if (bytes[at] === lineFeed || bytes[at] === RS) return at - start;
		this.#searched = end - start;
		return -1;
	}

	#incomplete(): boolean {
		const { input } = this;
		const { available } = input;
		const { maxLength, unterminated } = this.#format;
		// RS, and a line feed that need not be part of the text.
		if (available > maxLength + 2) return this.#tooLarge();
		if (
			this.ended &&
			available > 1 &&
			(unterminated === "emit" || input.bytes[input.end - 1] === LF)
		)
			return this.#endText(available);
		return this.#starved();
	}

	#starved(): false {
		const { input } = this;
		if (this.ended && this.#format.unterminated !== "error") {
			input.clear();
			this.#inText = this.#open = false;
		}
		input.ensure(Number.POSITIVE_INFINITY);
		const have = input.offset + input.available - this.#textStart;
		return this.starved("JSON text", have);
	}

	/** Reads the text in the next `length` bytes, behind which stands RS or the end of the input. */
	#endText(length: number): boolean {
		const { bytes, start } = this.input;
		const end = start + length;
		const hasEnd = bytes[end - 1] === LF;
		return length - (hasEnd ? 2 : 1) > this.#format.maxLength
			? this.#tooLarge()
			: this.#handOver(this.#read(start + 1, end, hasEnd), length);
	}

	#read(start: number, end: number, hasEnd: boolean): JsonValue | Skipped {
		const { bytes, base } = this.input;
		const view = bytes.subarray(start, end);
		const text = decodeUtf8(bytes, start, end);
		if (text === undefined) return invalidUtf8("JSON text", view, base + start);
		let value: JsonValue;
		try {
			value = JSON.parse(text);
		} catch (error) {
			return notJson(
				text,
				base + start,
				error,
				hasEnd ? undefined : base + end,
			);
		}
		// White space is all that tells 12 from the head of 123 (section 2.4).
		if (
			SPACE.includes(bytes[end - 1]) ||
			typeof value === "string" ||
			(typeof value === "object" && value !== null)
		)
			return value;
		return new Skipped(
			"truncated",
			"A number, true, false or null may be truncated unless white space follows it",
			base + end,
			{ bytes: new Uint8Array(view) },
		);
	}

	/** Hands over what the next `length` bytes are. */
	#handOver(item: JsonValue | Skipped, length: number): true {
		this.input.start += length;
		this.#inText = false;
		this.#passing = "space";
		return this.foundOther(item, this.#textStart);
	}

	#tooLarge(): true {
		const { maxLength } = this.#format;
		this.input.start += 1;
		this.#inText = false;
		this.#passing = "text";
		this.#open = true;
		return this.foundOther(
			new Skipped(
				"too-large",
				`A JSON text may have ${maxLength} bytes at most`,
				this.#textStart + maxLength,
				{ limit: maxLength },
			),
			this.#textStart,
		);
	}
}

class JsonTextSequenceEncoder extends AppendingEncoder<JsonValue> {
	readonly #lines: LinesEncoder;

	constructor(format: Format) {
		super();
		this.#lines = new LinesEncoder(format);
	}

	encodeInto(value: JsonValue, writer: ByteWriter): void {
		writer.write(RECORD_SEPARATOR);
		this.#lines.encodeInto(jsonText(value), writer);
	}
}
