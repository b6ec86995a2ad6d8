import type {
	ByteLayer,
	FramingDecoder,
	FramingEncoder,
	Skipped,
} from "@framewright/codec";
import { NewlineDecoder } from "./decoder.ts";
import { NewlineEncoder } from "./encoder.ts";
import { formatOf, type NewlineOptions } from "./options.ts";
import type { Piece } from "./piece.ts";

/** Newline framing: items are lines, as bytes; with `oversize`, also what is `Skipped`, or each `Piece`. */
export interface Newline<Other extends Skipped | Piece = never>
	extends ByteLayer<Uint8Array | Other, Uint8Array> {
	decoder(): FramingDecoder<Other>;
	encoder(): FramingEncoder;
}

/**
 * Frames bytes by ending each line with a delimiter.
 *
 *     newline()                                    61 62 0a        -> "ab"
 *     newline({ delimiter: "either" })             61 62 0d 0a     -> "ab"
 *     newline({ delimiter: Uint8Array.of(0) })     61 62 00        -> "ab"
 *
 * Decoding throws a `DecodeError`: `too-large` at the first byte over `maxLength`, unless `oversize` says otherwise;
 * `truncated` where the input ends in a line without its delimiter; `invalid-syntax` at a byte order mark that is to be an
 * error. Encoding throws a `RangeError` for a line that a decoder would not give back, such as one that is too long or
 * contains the delimiter.
 *
 * Bad options throw a `RangeError` here.
 */
export function newline(
	options?: NewlineOptions & { readonly oversize?: "fail" },
): Newline;
export function newline(
	options: NewlineOptions & { readonly oversize: "skip" },
): Newline<Skipped>;
export function newline(
	options: NewlineOptions & { readonly oversize: "pieces" },
): Newline<Piece>;
export function newline(options: NewlineOptions): Newline<Skipped | Piece>;
export function newline(
	options: NewlineOptions = {},
): Newline<Skipped | Piece> {
	const format = formatOf("newline", options);
	return {
		decoder: () => new NewlineDecoder(format),
		encoder: () => new NewlineEncoder(format),
	};
}
