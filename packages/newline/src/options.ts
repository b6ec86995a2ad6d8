/** Describes how lines end. All options hold for decoding and for encoding, unless they say otherwise. */
export interface NewlineOptions {
	/**
	 * What ends a line: `"lf"` (0a), `"crlf"` (0d 0a), `"either"` of them (written as 0a), or any bytes.
	 * Default: `"lf"`; a 0d before it then belongs to the line.
	 */
	readonly delimiter?: "lf" | "crlf" | "either" | Uint8Array;
	/** Whether an item includes the delimiter that ends it. Default: false. */
	readonly keepDelimiter?: boolean;
	/** The most bytes a line may have, its delimiter not counted. Default: 8 MiB. */
	readonly maxLength?: number;
	/**
	 * What a decoder does with a longer line: `"fail"`, with `too-large`; `"skip"` it, handing over one `Skipped` as soon as
	 * the limit is crossed, and go on with the next line; or hand it over in `"pieces"` of `maxLength` bytes.
	 * Default: `"fail"`.
	 */
	readonly oversize?: "fail" | "skip" | "pieces";
	/**
	 * What a last line without a delimiter is, when decoding: an `"error"` (`truncated`), a line to `"emit"`, or bytes to
	 * `"discard"`. Default: `"error"`, since half a message looks just like it.
	 */
	readonly unterminated?: "error" | "emit" | "discard";
	/**
	 * What a UTF-8 byte order mark (ef bb bf) at the start of the connection is: bytes to `"keep"` in the first line, to
	 * `"strip"` before it, where `maxLength` does not count them, or an `"error"` (`invalid-syntax`). Elsewhere it is always
	 * part of a line. Default: `"keep"`, so that what was encoded is what is decoded.
	 */
	readonly bom?: "keep" | "strip" | "error";
	/** Whether every line gets memory of its own, instead of a view of the chunk that it arrived in. Default: false. */
	readonly copy?: boolean;
}

/** The options, checked, with their defaults. */
export interface Format {
	readonly delimiter: Uint8Array;
	/** Whether a carriage return before the delimiter belongs to it. */
	readonly optionalCr: boolean;
	readonly keepDelimiter: boolean;
	readonly maxLength: number;
	readonly oversize: "fail" | "skip" | "pieces";
	readonly unterminated: "error" | "emit" | "discard";
	readonly bom: "keep" | "strip" | "error";
	readonly copy: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const DEFAULT_MAX_LENGTH = 8 * 1024 * 1024;

/** Checks the options of the layer `name`. Throws a `RangeError` that names the option at fault. */
export function formatOf(name: string, options: NewlineOptions): Format {
	const {
		delimiter = "lf",
		keepDelimiter = false,
		maxLength = DEFAULT_MAX_LENGTH,
		oversize = "fail",
		unterminated = "error",
		bom = "keep",
		copy = false,
	} = options;
	// A piece of no bytes would be followed by another one, and so on.
	const least = oversize === "pieces" ? 1 : 0;
	if (!Number.isSafeInteger(maxLength) || maxLength < least)
		throw new RangeError(
			`${name}(): maxLength must be a whole number of bytes, ${least} or more, not ${maxLength}`,
		);
	checkChoice(name, "oversize", oversize, [
		"fail",
		"skip",
		...(name === "newline" ? ["pieces"] : []),
	]);
	checkChoice(name, "unterminated", unterminated, ["error", "emit", "discard"]);
	checkChoice(name, "bom", bom, ["keep", "strip", "error"]);
	return {
		delimiter: bytesOf(name, delimiter),
		optionalCr: delimiter === "either",
		keepDelimiter,
		maxLength,
		oversize,
		unterminated,
		bom,
		copy,
	};
}

/** Throws a `RangeError` for an option that is none of `choices`. */
export function checkChoice(
	name: string,
	option: string,
	value: string,
	choices: readonly string[],
): void {
	if (!choices.includes(value))
		throw new RangeError(
			`${name}(): ${option} must be ${choices.map((choice) => `"${choice}"`).join(" or ")}, not ${value}`,
		);
}

function bytesOf(name: string, delimiter: string | Uint8Array): Uint8Array {
	if (delimiter === "lf" || delimiter === "either") return Uint8Array.of(LF);
	if (delimiter === "crlf") return Uint8Array.of(CR, LF);
	if (delimiter instanceof Uint8Array && delimiter.length > 0)
		return delimiter.slice();
	throw new RangeError(
		`${name}(): delimiter must be "lf", "crlf", "either" or at least one byte, not ${delimiter}`,
	);
}

/** Checks the options of a layer of JSON, which skips whatever line is at fault. */
export function jsonFormatOf(
	name: string,
	options: Pick<NewlineOptions, "maxLength" | "unterminated"> & {
		readonly bom?: "error" | "strip";
	},
): Format {
	const { bom = "error" } = options;
	checkChoice(name, "bom", bom, ["error", "strip"]);
	return formatOf(name, {
		...options,
		delimiter: "either",
		keepDelimiter: false,
		oversize: "skip",
		// A byte order mark that is kept is no JSON.
		bom: bom === "error" ? "keep" : bom,
	});
}
