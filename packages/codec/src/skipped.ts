import type { DecodeErrorCode, DecodeErrorDetails } from "./decode-error.ts";

/**
 * Input that a layer stepped over, as an item in its place: an oversize frame, a corrupt one, noise between messages. What
 * would otherwise be a `DecodeError`, and the end of the connection, is reported once, and the decoder goes on behind it.
 *
 * Only layers that are told to skip make these. A `stack` hands them past the layers above.
 */
export class Skipped implements DecodeErrorDetails {
	readonly kind = "skipped";
	readonly code: DecodeErrorCode;
	/** What was expected and what was found. */
	readonly message: string;
	/** The position of the fault: bytes since the start of the connection. */
	readonly offset: number;
	/** `too-large`: the length that was announced, and the limit that it exceeds. */
	declare readonly length?: number;
	declare readonly limit?: number;
	/** What was stepped over, where the layer keeps that. */
	declare readonly bytes?: Uint8Array;

	constructor(
		code: DecodeErrorCode,
		message: string,
		offset: number,
		details: Pick<Skipped, "length" | "limit" | "bytes"> = {},
	) {
		Object.assign(this, details);
		this.code = code;
		this.message = message;
		this.offset = offset;
	}
}
