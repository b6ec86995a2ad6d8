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
	/** Bytes of the prefix, or 0 for a varint. */
	readonly width: number;
	readonly littleEndian: boolean;
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
		width: size = 4,
		endian,
		offset = 0,
		adjustment: added = 0,
		includesPrefix = false,
		header = "strip",
		copy = false,
	} = options;
	const varint = size === "varint";
	const width = varint ? 0 : size;
	const adjustment = includesPrefix ? added - width : added;
	const expressible = Math.min(
		Number.MAX_SAFE_INTEGER,
		256 ** (width || 8) - 1 + adjustment,
	);
	const { maxLength = Math.min(DEFAULT_MAX_LENGTH, expressible) } = options;
	const check = (option: keyof LengthPrefixedOptions, ok: boolean): void => {
		if (!ok)
			throw new RangeError(
				`lengthPrefixed(): ${option} cannot be ${options[option]} in ${JSON.stringify(options)}`,
			);
	};
	check("width", varint || (isSize(width) && width > 0 && width < 9));
	check("endian", !endian || (!varint && /^[bl]e$/.test(endian)));
	check("offset", isSize(offset));
	check("adjustment", Number.isSafeInteger(added) && expressible >= 0);
	check("includesPrefix", !varint || !includesPrefix);
	check("header", /^(strip|keep)$/.test(header));
	check("maxLength", isSize(maxLength) && maxLength <= expressible);
	return {
		width,
		littleEndian: varint || endian === "le",
		offset,
		adjustment,
		keepHeader: header === "keep",
		maxLength,
		copy,
	};
}

function isSize(value: number): boolean {
	return Number.isSafeInteger(value) && value >= 0;
}
