import type {
	ByteLayer,
	FramingDecoder,
	FramingEncoder,
	Skipped,
} from "@framewright/codec";
import { SlipDecoder } from "./decoder.ts";
import { SlipEncoder } from "./encoder.ts";
import { formatOf, type SlipOptions } from "./options.ts";

/** SLIP framing: items are packets. */
export interface Slip extends ByteLayer<Uint8Array> {
	decoder(): FramingDecoder;
	encoder(): FramingEncoder;
}

/** SLIP framing that goes on after a bad packet: items are packets, and a `Skipped` in place of each bad one. */
export interface ResyncingSlip
	extends ByteLayer<Uint8Array | Skipped, Uint8Array> {
	decoder(): FramingDecoder<Skipped>;
	encoder(): FramingEncoder;
}

/**
 * Frames packets as RFC 1055 does: each ends with END (c0), and begins with one; END and ESC (db) inside are escaped.
 *
 *     slip()                          c0  61 62  c0              -> "ab"
 *     slip()                          c0  db dc  db dd  c0       -> c0 db
 *     slip({ leadingEnd: false })     61 62  c0                  -> "ab"
 *
 * Decoding throws a `DecodeError`: `invalid-syntax` at a byte behind ESC that is neither ESC_END (dc) nor ESC_ESC (dd),
 * `too-large` at the first byte over `maxLength`, `truncated` where the input ends inside a packet. With `resync: true` the
 * first two are items instead, `Skipped`, and decoding goes on behind the next END. Empty packets are ignored. Encoding
 * throws a `RangeError` for a packet that is empty or too long.
 *
 * Bad options throw a `RangeError` here.
 */
export function slip(
	options: SlipOptions & { readonly resync: true },
): ResyncingSlip;
export function slip(options?: SlipOptions & { readonly resync?: false }): Slip;
export function slip(options?: SlipOptions): Slip | ResyncingSlip;
export function slip(options: SlipOptions = {}): Slip | ResyncingSlip {
	const format = formatOf(options);
	return {
		decoder: () => new SlipDecoder(format),
		encoder: () => new SlipEncoder(format),
	};
}
