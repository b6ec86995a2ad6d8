/**
 * Describes where the length stands in a frame, and what it counts:
 *
 *     [ leading bytes ][ prefix  ][ body ............................ ]
 *     `-- offset -----´`- width -´`- prefix value + adjustment ------´
 *     `-- header ----------------´
 *
 * All options hold for decoding and for encoding.
 */
export interface LengthPrefixedOptions {
	/** Bytes of the prefix, an unsigned integer; or `"varint"`, unsigned LEB128 of 1 to 10 bytes. Default: 4. */
	readonly width?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | "varint";
	/** Byte order of the prefix: big-endian, as networks have it, or little-endian. Default: `"be"`. */
	readonly endian?: "be" | "le";
	/** Leading bytes before the prefix, not counted by it. Default: 0. */
	readonly offset?: number;
	/** What to add to the prefix's value to get the bytes that follow the prefix; may be negative. Default: 0. */
	readonly adjustment?: number;
	/** Whether the prefix counts its own bytes too, as in PostgreSQL. Default: false. */
	readonly includesPrefix?: boolean;
	/**
	 * `"strip"`: an item is the body; leading bytes are dropped, and written as zeros. `"keep"`: an item is the whole
	 * frame, leading bytes and prefix included; the encoder writes the right length over whatever the prefix holds.
	 * Default: `"strip"`.
	 */
	readonly header?: "strip" | "keep";
	/** The most bytes a body may have. Default: 8 MiB, or what the prefix can express if that is less. */
	readonly maxLength?: number;
	/** Whether every frame gets memory of its own, instead of a view of the chunk that it arrived in. Default: false. */
	readonly copy?: boolean;
}

/** The options, checked, with their defaults and what follows from them. */
export interface Format {
	readonly width: number | "varint";
	readonly endian: "be" | "le";
	readonly offset: number;
	/** Body bytes = prefix value + adjustment; the prefix's own bytes are accounted for here. */
	readonly adjustment: number;
	readonly keepHeader: boolean;
	readonly maxLength: number;
	readonly copy: boolean;
}

const DEFAULT_MAX_LENGTH = 8 * 1024 * 1024;

/** Checks the options against each other. Throws a `RangeError` that names the option at fault. */
export function formatOf(options: LengthPrefixedOptions): Format {
	const {
		width = 4,
		endian = "be",
		offset = 0,
		adjustment = 0,
		includesPrefix = false,
		header = "strip",
		copy = false,
	} = options;
	const check = (ok: boolean, complaint: string): void => {
		if (!ok) throw new RangeError(`lengthPrefixed(): ${complaint}`);
	};
	check(
		width === "varint" || (Number.isInteger(width) && width >= 1 && width <= 8),
		`width must be 1 to 8 or "varint", not ${width}`,
	);
	check(
		endian === "be" || endian === "le",
		`endian must be "be" or "le", not ${endian}`,
	);
	check(
		width !== "varint" || options.endian === undefined,
		"a varint has no endianness",
	);
	check(
		width !== "varint" || !includesPrefix,
		"a varint cannot count itself: its width would depend on its value",
	);
	check(
		header === "strip" || header === "keep",
		`header must be "strip" or "keep", not ${header}`,
	);
	check(
		Number.isSafeInteger(offset) && offset >= 0,
		`offset must be a whole number of bytes, not ${offset}`,
	);
	check(
		Number.isSafeInteger(adjustment),
		`adjustment must be an integer, not ${adjustment}`,
	);

	const total =
		width === "varint" || !includesPrefix ? adjustment : adjustment - width;
	const expressible = Math.min(
		Number.MAX_SAFE_INTEGER,
		(width === "varint" ? 2 ** 64 : 256 ** width) - 1 + total,
	);
	check(
		expressible >= 0,
		"with this adjustment, no prefix describes a body of 0 bytes or more",
	);
	const { maxLength = Math.min(DEFAULT_MAX_LENGTH, expressible) } = options;
	check(
		Number.isSafeInteger(maxLength) && maxLength >= 0,
		`maxLength must be a whole number of bytes, not ${maxLength}`,
	);
	check(
		maxLength <= expressible,
		`maxLength is ${maxLength}, but the prefix can express ${expressible} bytes at most`,
	);
	return {
		width,
		endian,
		offset,
		adjustment: total,
		keepHeader: header === "keep",
		maxLength,
		copy,
	};
}
