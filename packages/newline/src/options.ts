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
	 * What a last line without a delimiter is, when decoding: an `"error"` (`truncated`), a line to `"emit"`, or bytes to
	 * `"discard"`. Default: `"error"`, since half a message looks just like it.
	 */
	readonly unterminated?: "error" | "emit" | "discard";
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
	readonly unterminated: "error" | "emit" | "discard";
	readonly copy: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const DEFAULT_MAX_LENGTH = 8 * 1024 * 1024;

/** Checks the options. Throws a `RangeError` that names the option at fault. */
export function formatOf(options: NewlineOptions): Format {
	const {
		delimiter = "lf",
		keepDelimiter = false,
		maxLength = DEFAULT_MAX_LENGTH,
		unterminated = "error",
		copy = false,
	} = options;
	if (!Number.isSafeInteger(maxLength) || maxLength < 0)
		throw new RangeError(
			`newline: maxLength must be a whole number of bytes, not ${maxLength}`,
		);
	if (!["error", "emit", "discard"].includes(unterminated))
		throw new RangeError(
			`newline: unterminated must be "error", "emit" or "discard", not ${unterminated}`,
		);
	return {
		delimiter: bytesOf(delimiter),
		optionalCr: delimiter === "either",
		keepDelimiter,
		maxLength,
		unterminated,
		copy,
	};
}

function bytesOf(delimiter: string | Uint8Array): Uint8Array {
	if (delimiter === "lf" || delimiter === "either") return Uint8Array.of(LF);
	if (delimiter === "crlf") return Uint8Array.of(CR, LF);
	if (delimiter instanceof Uint8Array && delimiter.length > 0)
		return delimiter.slice();
	throw new RangeError(
		`newline: delimiter must be "lf", "crlf", "either" or at least one byte, not ${delimiter}`,
	);
}
