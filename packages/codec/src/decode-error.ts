/**
 * What was wrong with the bytes. The union is closed: a `switch` over it needs no default.
 *
 * - `truncated`: the input ended inside an item
 * - `too-large`: an item is longer than the limit of its layer
 * - `too-deep`: values are nested deeper than the limit of their layer
 * - `invalid-length`: a length that no item can have
 * - `overlong`: a number or character that is not in its shortest form
 * - `invalid-utf8`: text that is not UTF-8
 * - `invalid-syntax`: bytes that the grammar of the protocol does not allow here
 * - `invalid-value`: a well-formed value outside its range
 */
export type DecodeErrorCode =
	| "truncated"
	| "too-large"
	| "too-deep"
	| "invalid-length"
	| "overlong"
	| "invalid-utf8"
	| "invalid-syntax"
	| "invalid-value";

/** The figures behind a fault, in bytes; those that the code calls for, and the framing knows. */
export interface DecodeErrorDetails {
	/** `truncated`: the part of an item in which the input ended, such as `"header"` or `"body"`. */
	readonly part?: string;
	/** `truncated`: how much of that part has arrived. */
	readonly have?: number;
	/** `truncated`: how much of it there should have been. */
	readonly need?: number;
	/** `too-large`: the length that was announced. */
	readonly length?: number;
	/** `too-large`: the limit that it exceeds. */
	readonly limit?: number;
}

/** Reports bytes that are not what the protocol demands. Nothing else is ever thrown on account of input. */
export class DecodeError extends Error implements DecodeErrorDetails {
	override readonly name = "DecodeError";
	readonly code: DecodeErrorCode;
	/** The position of the fault: bytes since the start of the connection, whatever the chunks were. */
	readonly offset: number;
	declare readonly part?: string;
	declare readonly have?: number;
	declare readonly need?: number;
	declare readonly length?: number;
	declare readonly limit?: number;

	/** Takes what was expected and what was found as `message`, without the offset. */
	constructor(
		code: DecodeErrorCode,
		message: string,
		offset: number,
		{ cause, ...details }: DecodeErrorDetails & ErrorOptions = {},
	) {
		super(message, cause === undefined ? undefined : { cause });
		// First: the details may be those of another fault, with its code and its offset.
		Object.assign(this, details);
		this.code = code;
		this.offset = offset;
	}
}
