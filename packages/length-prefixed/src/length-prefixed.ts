import type {
	ByteLayer,
	FramingDecoder,
	FramingEncoder,
	Item,
	Skipped,
} from "@framewright/codec";
import { LengthPrefixedDecoder } from "./decoder.ts";
import { LengthPrefixedEncoder } from "./encoder.ts";
import {
	type FailingOptions,
	formatOf,
	type LengthPrefixedOptions,
} from "./options.ts";

/** Length-prefixed framing: items are frames; with `oversize: "skip"`, also what was `Skipped`. */
export interface LengthPrefixed<Other extends Skipped = never>
	extends ByteLayer<Uint8Array | Other, Uint8Array> {
	decoder(): FramingDecoder<Other>;
	encoder(): FramingEncoder;
}

/**
 * Frames bytes by putting the length of each frame before it.
 *
 *     lengthPrefixed()                               00 00 00 02  61 62                 -> "ab"
 *     lengthPrefixed({ width: 2, endian: "le" })     02 00  61 62                       -> "ab"
 *     lengthPrefixed({ width: "varint" })            02  61 62                          -> "ab"
 *     lengthPrefixed(netstrings)                     32 3a  61 62  2c                   -> "ab"
 *     lengthPrefixed({ offset: 1, includesPrefix: true, header: "keep" })
 *                                                    51  00 00 00 06  61 62             -> the same 7 bytes
 *
 * Decoding throws a `DecodeError`: `too-large` and `invalid-length` at the prefix, `overlong` for one that is not the
 * shortest, `invalid-syntax` at a byte that is no digit, separator or terminator, `truncated` at the end of the input.
 * Encoding throws a `RangeError` for a frame over `maxLength`.
 *
 * Contradicting options throw a `RangeError` here.
 */
export function lengthPrefixed(options?: FailingOptions): LengthPrefixed;
export function lengthPrefixed(
	options: LengthPrefixedOptions,
): LengthPrefixed<Skipped>;
export function lengthPrefixed(
	options: LengthPrefixedOptions = {},
): LengthPrefixed<Skipped> {
	const format = formatOf(options);
	return {
		// It hands over whole frames where its parent hands over parts.
		decoder: () =>
			new LengthPrefixedDecoder(
				format,
			) as FramingDecoder<Item> as FramingDecoder<Skipped>,
		encoder: () => new LengthPrefixedEncoder(format),
	};
}
