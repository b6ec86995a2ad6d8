/**
 * Bounds a message, and says what to do about noise between messages:
 *
 *     Content-Length: 2 CR LF CR LF  {}
 *     `-- maxHeaderLength ---------´ `- maxLength
 */
export interface ContentLengthOptions {
	/** The most bytes a body may have, decoding and encoding. Default: 8 MiB. */
	readonly maxLength?: number;
	/** The most bytes a header part may have, the empty line at its end included; when decoding. Default: 4096. */
	readonly maxHeaderLength?: number;
	/** Whether every body gets memory of its own, instead of a view of the chunk that it arrived in. Default: false. */
	readonly copy?: boolean;
	/**
	 * Whether to step over what is no message, such as lines that a server prints to its stdout, and go on at the next
	 * header; it is handed over as `Skipped` items. Default: false, the first fault ends the connection.
	 */
	readonly resync?: boolean;
}

/** The options, checked, with their defaults. */
export type Format = Required<ContentLengthOptions>;

/** Checks the options. Throws a `RangeError` that names the option at fault. */
export function formatOf(options: ContentLengthOptions): Format {
	const {
		maxLength = 8 * 1024 * 1024,
		maxHeaderLength = 4096,
		copy = false,
		resync = false,
	} = options;
	const check = (option: string, value: number, least: number): void => {
		if (!Number.isSafeInteger(value) || value < least)
			throw new RangeError(
				`contentLength(): ${option} must be a whole number of ${least} bytes or more, not ${value}`,
			);
	};
	check("maxLength", maxLength, 0);
	// The encoder writes `Content-Length: `, the digits, and CR LF twice: a decoder must take that.
	check("maxHeaderLength", maxHeaderLength, 20 + `${maxLength}`.length);
	return { maxLength, maxHeaderLength, copy, resync };
}
