import { tableOf } from "./grammar.ts";

/** Describes what of the chunked transfer coding is let pass. Options hold for decoding and encoding, unless they say otherwise. */
export interface HttpChunkedOptions {
	/**
	 * The most bytes that a body may have, its chunks taken together. Default: 2^53 - 1, all that can be counted: a body
	 * is handed over as it arrives, and bodies that never end are what the coding is for. Set it where bodies are gathered.
	 */
	readonly maxLength?: number;
	/**
	 * When decoding: the most bytes of chunk extensions that may run ahead of the data. A chunk may have so many; where
	 * the chunks before it had more extensions than data, so many less. 0 refuses all extensions. Default: 16 KiB.
	 */
	readonly maxExtensionLength?: number;
	/** The most bytes that the fields of a trailer section may have, line ends included. Default: 16 KiB. */
	readonly maxTrailerLength?: number;
	/**
	 * When decoding: whether to step over white space around the `;` and `=` of chunk extensions, which no sender may
	 * write, and which RFC 9112 section 7.1.1 asks recipients to put up with (BWS). Default: false, it is `invalid-syntax`.
	 */
	readonly badWhitespace?: boolean;
	/**
	 * What to do about fields that must not be in a trailer section since they decide how a message is framed, routed,
	 * authenticated or processed, such as `Content-Length`, `Host` and `Authorization`: `"fail"`, with `invalid-value`; or
	 * `"keep"` them among the others. Default: `"fail"`.
	 */
	readonly forbiddenTrailers?: "fail" | "keep";
	/** Whether every item of bytes gets memory of its own, instead of a view of the chunk that it arrived in. Default: false. */
	readonly copy?: boolean;
}

/** The options, checked, with their defaults and what follows from them. */
export interface Format {
	readonly table: Uint8Array;
	readonly maxLength: number;
	readonly maxExtensionLength: number;
	readonly maxTrailerLength: number;
	readonly keepForbidden: boolean;
	readonly copy: boolean;
}

/** Checks the options. Throws a `RangeError` that names the option at fault. */
export function formatOf(options: HttpChunkedOptions): Format {
	const {
		maxLength = Number.MAX_SAFE_INTEGER,
		maxExtensionLength = 16_384,
		maxTrailerLength = 16_384,
		badWhitespace = false,
		forbiddenTrailers = "fail",
		copy = false,
	} = options;
	const limits = { maxLength, maxExtensionLength, maxTrailerLength };
	for (const [name, limit] of Object.entries(limits))
		if (!Number.isSafeInteger(limit) || limit < 0)
			throw new RangeError(
				`httpChunked: ${name} must be a whole number of bytes, not ${limit}`,
			);
	if (forbiddenTrailers !== "fail" && forbiddenTrailers !== "keep")
		throw new RangeError(
			`httpChunked: forbiddenTrailers must be "fail" or "keep", not ${forbiddenTrailers}`,
		);
	return {
		...limits,
		table: tableOf(badWhitespace),
		keepForbidden: forbiddenTrailers === "keep",
		copy,
	};
}
