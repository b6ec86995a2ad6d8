import type {
	ByteLayer,
	FramingDecoder,
	FramingEncoder,
} from "@framewright/codec";
import { NewlineDecoder } from "./decoder.ts";
import { NewlineEncoder } from "./encoder.ts";
import { formatOf, type NewlineOptions } from "./options.ts";

/** Newline framing: items are lines, as bytes. */
export interface Newline extends ByteLayer<Uint8Array> {
	decoder(): FramingDecoder;
	encoder(): FramingEncoder;
}

/**
 * Frames bytes by ending each line with a delimiter.
 *
 *     newline()                                    61 62 0a        -> "ab"
 *     newline({ delimiter: "either" })             61 62 0d 0a     -> "ab"
 *     newline({ delimiter: Uint8Array.of(0) })     61 62 00        -> "ab"
 *
 * Decoding throws a `DecodeError`: `too-large` at the first byte over `maxLength`, `truncated` where the input ends in a
 * line without its delimiter. Encoding throws a `RangeError` for a line that is too long or contains the delimiter.
 *
 * Bad options throw a `RangeError` here.
 */
export function newline(options: NewlineOptions = {}): Newline {
	const format = formatOf(options);
	return {
		decoder: () => new NewlineDecoder(format),
		encoder: () => new NewlineEncoder(format),
	};
}
