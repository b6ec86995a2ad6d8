import type {
	ByteLayer,
	FramingDecoder,
	FramingEncoder,
	Skipped,
} from "@framewright/codec";
import { ContentLengthDecoder } from "./decoder.ts";
import { ContentLengthEncoder } from "./encoder.ts";
import { type ContentLengthOptions, formatOf } from "./options.ts";
import { ResyncingDecoder } from "./resyncing-decoder.ts";

/** Content-Length framing: items are bodies. */
export interface ContentLength extends ByteLayer<Uint8Array> {
	decoder(): FramingDecoder;
	encoder(): FramingEncoder;
}

/** Content-Length framing that steps over noise: items are bodies, and what was skipped between them. */
export interface ResyncingContentLength
	extends ByteLayer<Uint8Array | Skipped, Uint8Array> {
	decoder(): FramingDecoder<Skipped>;
	encoder(): FramingEncoder;
}

/**
 * Frames bytes by putting a header with their length before them, as the Language Server Protocol and the Debug Adapter
 * Protocol do (LSP 3.17, Base Protocol):
 *
 *     Content-Length: 2 CR LF CR LF {}                       -> "{}"
 *     content-length:2 CR LF X-Other: field CR LF CR LF {}   -> "{}"
 *
 * Decoding throws a `DecodeError`: `invalid-syntax` at the first byte that cannot stand in a header; `invalid-length` at a
 * length that disagrees with the one before it, or is beyond 2^53; `too-large` at a length over `maxLength`, or at the first
 * byte over `maxHeaderLength`; `invalid-value` at a Content-Type that is not UTF-8; `truncated` where the input ends inside
 * a message. With `resync`, all but the last are `Skipped` items. Encoding throws a `RangeError` for a body over `maxLength`.
 *
 * Bad options throw a `RangeError` here.
 */
export function contentLength(
	options: ContentLengthOptions & { readonly resync: true },
): ResyncingContentLength;
export function contentLength(
	options?: ContentLengthOptions & { readonly resync?: false },
): ContentLength;
export function contentLength(
	options?: ContentLengthOptions,
): ContentLength | ResyncingContentLength;
export function contentLength(
	options: ContentLengthOptions = {},
): ContentLength | ResyncingContentLength {
	const format = formatOf(options);
	return {
		decoder: () =>
			format.resync
				? new ResyncingDecoder(format)
				: new ContentLengthDecoder(format),
		encoder: () => new ContentLengthEncoder(format),
	};
}
