import { DecodeError } from "@framewright/codec";
import type { Endianness } from "./message.ts";

/** The bytes of the header that every message has; the array of fields begins with the last four of them. */
export const FIXED = 16;

/** The part of the header that says how long the message is. */
export interface FixedHeader {
	readonly endianness: Endianness;
	readonly type: number;
	readonly flags: number;
	readonly serial: number;
	/** Where the array of fields ends. */
	readonly fieldsEnd: number;
	/** Where the body begins, behind the padding. */
	readonly bodyStart: number;
	/** Where the message ends. */
	readonly end: number;
}

/**
 * Reads the first 16 bytes of the message at `bytes[at]`. Throws a `DecodeError` with an offset from the message's start.
 *
 *     l or B | type | flags | version 1 | length of the body | serial | length of the fields | fields | padding | body
 */
export function readFixed(
	bytes: Uint8Array,
	at: number,
	maxLength: number,
): FixedHeader {
	const order = bytes[at];
	if (order !== 0x6c && order !== 0x42)
		throw new DecodeError(
			"invalid-value",
			`A message must begin with l or B, for its endianness, not with 0x${order?.toString(16)}`,
			0,
		);
	const little = order === 0x6c;
	const type = bytes[at + 1] as number;
	if (type === 0)
		throw new DecodeError(
			"invalid-value",
			"The type of a message is never 0",
			1,
		);
	const version = bytes[at + 3] as number;
	if (version !== 1)
		throw new DecodeError(
			"invalid-value",
			`The version of the protocol must be 1, not ${version}`,
			3,
		);
	const body = u32(bytes, at + 4, little);
	const serial = u32(bytes, at + 8, little);
	if (serial === 0)
		throw new DecodeError("invalid-value", "A serial is never 0", 8);
	const fieldsEnd = FIXED + u32(bytes, at + 12, little);
	// Sums of doubles: nothing wraps.
	const bodyStart = Math.ceil(fieldsEnd / 8) * 8;
	const end = bodyStart + body;
	if (end > maxLength)
		throw new DecodeError(
			"too-large",
			`A message may have ${maxLength} bytes; this one announces ${end}`,
			bodyStart > maxLength ? 12 : 4,
			{ length: end, limit: maxLength },
		);
	return {
		endianness: little ? "little" : "big",
		type,
		flags: bytes[at + 2] as number,
		serial,
		fieldsEnd,
		bodyStart,
		end,
	};
}

/** Sooner than a DataView is made. */
function u32(bytes: Uint8Array, at: number, little: boolean): number {
	const a = bytes[at] as number;
	const b = bytes[at + 1] as number;
	const c = bytes[at + 2] as number;
	const d = bytes[at + 3] as number;
	return (
		(little
			? (d << 24) | (c << 16) | (b << 8) | a
			: (a << 24) | (b << 16) | (c << 8) | d) >>> 0
	);
}
