import type {
	ByteLayer,
	FramingDecoder,
	FramingEncoder,
} from "@framewright/codec";
import { LengthPrefixedDecoder } from "./decoder.ts";
import { LengthPrefixedEncoder } from "./encoder.ts";
import { formatOf, type LengthPrefixedOptions } from "./options.ts";

/** Length-prefixed framing: items are frames. */
export interface LengthPrefixed extends ByteLayer<Uint8Array> {
	decoder(): FramingDecoder;
	encoder(): FramingEncoder;
}

/**
 * Frames bytes by putting the length of each frame before it.
 *
 *     lengthPrefixed()                               00 00 00 02  61 62                 -> "ab"
 *     lengthPrefixed({ width: 2, endian: "le" })     02 00  61 62                       -> "ab"
 *     lengthPrefixed({ width: "varint" })            02  61 62                          -> "ab"
 *     lengthPrefixed({ offset: 1, includesPrefix: true, header: "keep" })
 *                                                    51  00 00 00 06  61 62             -> the same 7 bytes
 *
 * Decoding throws a `DecodeError`: `too-large` and `invalid-length` at the prefix, `overlong` for a varint that is not the
 * shortest, `truncated` at the end of the input. Encoding throws a `RangeError` for a frame over `maxLength`.
 *
 * Contradicting options throw a `RangeError` here.
 */
export function lengthPrefixed(
	options: LengthPrefixedOptions = {},
): LengthPrefixed {
	const format = formatOf(options);
	return {
		decoder: () => new LengthPrefixedDecoder(format),
		encoder: () => new LengthPrefixedEncoder(format),
	};
}
