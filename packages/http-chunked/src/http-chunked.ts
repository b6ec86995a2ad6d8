import type {
	ByteEncoder,
	ByteLayer,
	FramingDecoder,
	FramingEncoder,
} from "@framewright/codec";
import { HttpChunkedDecoder } from "./decoder.ts";
import { HttpChunkedEncoder } from "./encoder.ts";
import { formatOf, type HttpChunkedOptions } from "./options.ts";
import type { BodyEnd } from "./trailers.ts";

/** The chunked transfer coding: items are bytes of a body, and its end. */
export interface HttpChunked extends ByteLayer<Uint8Array | BodyEnd> {
	decoder(): FramingDecoder<BodyEnd>;
	encoder(): FramingEncoder & ByteEncoder<Uint8Array | BodyEnd>;
}

/**
 * Carries a body of unknown length in chunks, each behind its size: the chunked transfer coding of HTTP/1.1, RFC 9112
 * section 7.1.
 *
 *     5 CRLF hello CRLF          -> "hello"
 *     1a;name=value CRLF ...     -> what has arrived of 26 bytes, as it arrives; the extension is checked, and ignored
 *     0 CRLF                     -> { kind: "end", trailers: [["Digest", "x"]] }
 *     Digest: x CRLF CRLF
 *
 * A decoder starts where a header section ended, and after `end` stands exactly behind the body: then `rest()` hands over
 * what follows it, where pulling on would decode another body. Where data is cut has no meaning: not by the sender, and
 * not by what has arrived. No data is ever held, so a chunk may be larger than memory.
 *
 * Decoding throws a `DecodeError`: `invalid-syntax` at the first byte that the grammar does not allow, `too-large` over a
 * limit, `overlong` for more than 16 digits with zeros in front, `invalid-value` at a forbidden trailer field, `truncated` where the
 * input ends inside a body. Encoding makes a chunk of all bytes it is given, and throws a `RangeError` for none, and for
 * a trailer field that would not be read as that field.
 *
 * Bad options throw a `RangeError` here.
 */
export function httpChunked(options: HttpChunkedOptions = {}): HttpChunked {
	const format = formatOf(options);
	return {
		decoder: () => new HttpChunkedDecoder(format),
		encoder: () => new HttpChunkedEncoder(format),
	};
}
