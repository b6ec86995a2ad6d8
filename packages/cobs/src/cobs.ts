import type {
	ByteLayer,
	FramingDecoder,
	FramingEncoder,
	Skipped,
} from "@framewright/codec";
import { CobsDecoder } from "./decoder.ts";
import { CobsEncoder } from "./encoder.ts";
import { type CobsOptions, formatOf } from "./options.ts";

/** COBS framing: items are frames. */
export interface Cobs extends ByteLayer<Uint8Array> {
	decoder(): FramingDecoder;
	encoder(): FramingEncoder;
}

/** COBS framing that goes on after a bad frame: items are frames, and a `Skipped` in place of each bad one. */
export interface ResyncingCobs
	extends ByteLayer<Uint8Array | Skipped, Uint8Array> {
	decoder(): FramingDecoder<Skipped>;
	encoder(): FramingEncoder;
}

/**
 * Frames bytes by consistent overhead byte stuffing: no encoding has a zero, so a zero ends each of them.
 *
 *     cobs()     03 61 62  00               -> "ab"
 *     cobs()     02 11  01  03 22 33  00    -> 11 00 00 22 33
 *     cobs()     01  00                     -> no bytes
 *
 * Decoding throws a `DecodeError`: `invalid-length` at a code that points beyond the end of its frame, `too-large` at the code
 * that announces more than `maxLength`, `truncated` where the input ends inside a frame. With `resync: true` the first two
 * are items instead, `Skipped`, and decoding goes on behind the next zero. Zeros in a row are one delimiter. Encoding throws
 * a `RangeError` for a frame that is too long.
 *
 * Bad options throw a `RangeError` here.
 */
export function cobs(
	options: CobsOptions & { readonly resync: true },
): ResyncingCobs;
export function cobs(options?: CobsOptions & { readonly resync?: false }): Cobs;
export function cobs(options?: CobsOptions): Cobs | ResyncingCobs;
export function cobs(options: CobsOptions = {}): Cobs | ResyncingCobs {
	const format = formatOf(options);
	return {
		decoder: () => new CobsDecoder(format),
		encoder: () => new CobsEncoder(format),
	};
}
