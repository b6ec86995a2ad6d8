/** Describes COBS as both sides use it. Options hold for decoding and for encoding, unless they say otherwise. */
export interface CobsOptions {
	/** The most bytes a frame may have, decoded. Default: 8 MiB. */
	readonly maxLength?: number;
	/**
	 * Whether the decoder goes on after a bad frame: hands over a `Skipped` for it as soon as the fault is known, drops the
	 * rest of it up to and with the next zero, and goes on behind that. Default: false, the fault is thrown.
	 */
	readonly resync?: boolean;
	/** Whether every frame gets memory of its own, instead of a view of memory that it shares. Default: false. */
	readonly copy?: boolean;
}

/** The options, checked, with their defaults. */
export type Format = Required<CobsOptions>;

const DEFAULT_MAX_LENGTH = 8 * 1024 * 1024;

/** Checks the options. Throws a `RangeError` that names the option at fault. */
export function formatOf(options: CobsOptions): Format {
	const {
		maxLength = DEFAULT_MAX_LENGTH,
		resync = false,
		copy = false,
	} = options;
	if (!Number.isSafeInteger(maxLength) || maxLength < 0)
		throw new RangeError(
			`cobs: maxLength must be a whole number of bytes, not ${maxLength}`,
		);
	return { maxLength, resync, copy };
}
