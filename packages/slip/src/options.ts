/** Describes SLIP as both sides use it. Options hold for decoding and for encoding, unless they say otherwise. */
export interface SlipOptions {
	/** The most bytes a packet may have, escapes and ENDs not counted. Default: 8 MiB. */
	readonly maxLength?: number;
	/**
	 * Whether the encoder begins packets with END, too, so that the receiver drops what noise came before; RFC 1055's own
	 * code does, and some receivers demand it. A decoder takes both, whatever this says. Default: true.
	 */
	readonly leadingEnd?: boolean;
	/**
	 * Whether the decoder goes on after a bad packet: hands over a `Skipped` for it as soon as the fault is known, drops the
	 * rest of it up to and with the next END, and goes on behind that. Default: false, the fault is thrown.
	 */
	readonly resync?: boolean;
	/** Whether every packet gets memory of its own, instead of a view of memory that it shares. Default: false. */
	readonly copy?: boolean;
}

/** The options, checked, with their defaults. */
export type Format = Required<SlipOptions>;

const DEFAULT_MAX_LENGTH = 8 * 1024 * 1024;

/** Checks the options. Throws a `RangeError` that names the option at fault. */
export function formatOf(options: SlipOptions): Format {
	const {
		maxLength = DEFAULT_MAX_LENGTH,
		leadingEnd = true,
		resync = false,
		copy = false,
	} = options;
	// No packet is empty: a limit of 0 would let nothing pass.
	if (!Number.isSafeInteger(maxLength) || maxLength < 1)
		throw new RangeError(
			`slip: maxLength must be a whole number of bytes, 1 or more, not ${maxLength}`,
		);
	return { maxLength, leadingEnd, resync, copy };
}
