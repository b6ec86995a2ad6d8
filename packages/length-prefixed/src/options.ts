import { isDigit, MAX_SAFE } from "./prefix.ts";

/**
 * Describes where the length stands in a frame, and what it counts:
 *
 *     [ leading bytes ][ prefix  ][ body ............................ ][ terminator ]
 *     `-- offset -----´`- width -´`- prefix value + adjustment ------´
 *     `-- header ----------------´
 *
 * Options hold for decoding and for encoding, unless they say otherwise.
 */
export interface LengthPrefixedOptions {
	/**
	 * Bytes of the prefix, an unsigned integer; or `"varint"`, unsigned LEB128 of 1 to 10 bytes; or `"decimal"`, ASCII
	 * digits without leading zeros, up to `separator`. Default: 4.
	 */
	readonly width?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | "varint" | "decimal";
	/** Byte order of a prefix of fixed width: big-endian, as networks have it, or little-endian. Default: `"be"`. */
	readonly endian?: "be" | "le";
	/**
	 * What the highest bit of a prefix of fixed width is: a part of the `"length"`; the `"sign"`, which no body's length
	 * has; or set in the `"last"` fragment of a record, as in ONC RPC (RFC 5531 section 11). Then items are records, put
	 * together from their fragments. Default: `"length"`.
	 */
	readonly highestBit?: "length" | "sign" | "last";
	/** With `highestBit: "last"`, when encoding: the most bytes of a fragment. Default: what the prefix can express. */
	readonly maxFragment?: number;
	/** The ASCII character behind a decimal prefix, such as `":"`. */
	readonly separator?: string;
	/** An ASCII character behind each body, such as `","`. Default: none. */
	readonly terminator?: string;
	/** Leading bytes before the prefix, not counted by it. Default: 0. */
	readonly offset?: number;
	/** What to add to the prefix's value to get the bytes of the body; may be negative. Default: 0. */
	readonly adjustment?: number;
	/** Whether a prefix of fixed width counts its own bytes too, as in PostgreSQL. Default: false. */
	readonly includesPrefix?: boolean;
	/**
	 * `"strip"`: an item is the body; leading bytes are dropped, and written as zeros. `"keep"`: an item is the whole
	 * frame, leading bytes and prefix included; the encoder writes the right length over whatever the prefix holds. In
	 * parts, `"keep"` hands over the leading bytes with `begin`. Default: `"strip"`.
	 */
	readonly header?: "strip" | "keep";
	/** The least bytes a body may have. Default: 0. */
	readonly minLength?: number;
	/** The most bytes a body, or a record, may have. Default: 8 MiB, or what the prefix can express if that is less. */
	readonly maxLength?: number;
	/**
	 * What to do when a frame over `maxLength` is announced to the decoder: `"fail"`, with `too-large`; or `"skip"`: hand
	 * over a `Skipped` at once, discard exactly that frame, and go on behind it. Default: `"fail"`.
	 */
	readonly oversize?: "fail" | "skip";
	/** Whether every item of bytes gets memory of its own, instead of a view of the chunk that it arrived in. Default: false. */
	readonly copy?: boolean;
}

/** Options with which nothing is skipped. */
export type FailingOptions = LengthPrefixedOptions & {
	readonly oversize?: "fail";
};

/** The options, checked, with their defaults and what follows from them. */
export interface Format {
	/** Bytes of the prefix, or 0 for a varint and for decimal digits. */
	readonly width: number;
	/** The largest first byte behind which a varint has no other; for digits, -1. */
	readonly plainPrefix: number;
	/** How many values a byte of the prefix has: 256, 128 in a varint, 10 as a digit. */
	readonly radix: number;
	readonly littleEndian: boolean;
	/** The value of the highest bit of a prefix, where that is no part of the length; otherwise 0. */
	readonly highest: number;
	/** Whether that bit marks last fragments. */
	readonly fragmented: boolean;
	readonly maxFragment: number;
	/** The byte behind a decimal prefix, and that behind a body, or -1. */
	readonly separator: number;
	readonly terminator: number;
	readonly offset: number;
	/** Body bytes = prefix value + adjustment; the prefix's own bytes are accounted for here. */
	readonly adjustment: number;
	readonly keepHeader: boolean;
	readonly minLength: number;
	readonly maxLength: number;
	/** The most bytes of a body that takes no second look: no limit is crossed, and no highest bit counts. */
	readonly plainLength: number;
	readonly skipOversize: boolean;
	/** Whether there is nothing but headers and bodies, and none is skipped. */
	readonly plain: boolean;
	readonly copy: boolean;
}

const DEFAULT_MAX_LENGTH = 8 * 1024 * 1024;

/** Checks the options against each other. Throws a `RangeError` that names the option at fault. */
export function formatOf(options: LengthPrefixedOptions): Format {
	const {
		width: size = 4,
		endian,
		highestBit = "length",
		maxFragment,
		offset = 0,
		adjustment: added = 0,
		includesPrefix = false,
		header = "strip",
		minLength: least = 0,
		oversize = "fail",
		copy = false,
	} = options;
	const decimal = size === "decimal";
	const varint = size === "varint";
	const width = decimal || varint ? 0 : size;
	const fragmented = highestBit === "last";
	const keepHeader = header === "keep";
	const separator = byteOf(options.separator);
	const terminator = byteOf(options.terminator);
	const adjustment = includesPrefix ? added - width : added;
	const minLength = Math.max(least, adjustment);
	const highest = 256 ** (width || 8) / 2;
	// A record has as many fragments as it takes.
	const largest = Math.min(
		MAX_SAFE,
		fragmented ? MAX_SAFE : highest * (highestBit === "sign" ? 1 : 2) - 1,
	);
	const expressible = Math.min(MAX_SAFE, largest + adjustment);
	const { maxLength = Math.min(DEFAULT_MAX_LENGTH, expressible) } = options;
	const check = (option: keyof LengthPrefixedOptions, ok: boolean): void => {
		if (!ok)
			throw new RangeError(
				`length-prefixed: ${option} cannot be ${options[option]} in ${JSON.stringify(options)}`,
			);
	};
	check(
		"width",
		decimal || varint || (isSize(width) && width > 0 && width < 9),
	);
	check("endian", !endian || (width > 0 && /^[bl]e$/.test(endian)));
	check(
		"separator",
		decimal ? separator >= 0 && !isDigit(separator) : separator === -1,
	);
	check("terminator", terminator >= -1 && !(keepHeader && terminator >= 0));
	check("offset", isSize(offset));
	check("adjustment", Number.isSafeInteger(added) && expressible >= 0);
	check("includesPrefix", width > 0 || !includesPrefix);
	check("header", /^(strip|keep)$/.test(header));
	check("minLength", isSize(least));
	check(
		"maxLength",
		isSize(maxLength) && maxLength <= expressible && maxLength >= minLength,
	);
	check("oversize", /^(fail|skip)$/.test(oversize));
	check(
		"highestBit",
		/^(length|sign|last)$/.test(highestBit) &&
			// A prefix of more than 6 bytes is not known to its highest bit.
			(highestBit === "length" || (width > 0 && width < 7)) &&
			// Would these hold for a fragment, or for a record?
			!(fragmented && (keepHeader || adjustment || least || terminator >= 0)),
	);
	check(
		"maxFragment",
		maxFragment === undefined ||
			(fragmented && isSize(maxFragment - 1) && maxFragment < highest),
	);
	return {
		width,
		plainPrefix: decimal ? -1 : 127,
		radix: decimal ? 10 : varint ? 128 : 256,
		littleEndian: varint || endian === "le",
		highest: highestBit === "length" ? 0 : highest,
		fragmented,
		maxFragment: maxFragment ?? (fragmented ? highest - 1 : MAX_SAFE),
		separator,
		terminator,
		offset,
		adjustment,
		keepHeader,
		minLength,
		maxLength,
		plainLength: fragmented ? -1 : maxLength,
		skipOversize: oversize === "skip",
		plain: terminator < 0 && !fragmented && oversize === "fail",
		copy,
	};
}

function isSize(value: number): boolean {
	return Number.isSafeInteger(value) && value >= 0;
}

/** The byte of an ASCII character; -1 for none, NaN for what is no such character. */
function byteOf(character: string | undefined): number {
	if (character === undefined) return -1;
	return character.length === 1 && character < "\x80"
		? character.charCodeAt(0)
		: Number.NaN;
}
