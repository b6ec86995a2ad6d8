export { ByteReader } from "./byte-reader.ts";
export { ByteWriter } from "./byte-writer.ts";
export { codecLayer } from "./codec-layer.ts";
export type {
	ByteDecoder,
	ByteEncoder,
	ByteLayer,
	Codec,
	Decoder,
	Encoder,
	FramingEncoder,
	Item,
	Layer,
} from "./contract.ts";
export {
	DecodeError,
	type DecodeErrorCode,
	type DecodeErrorDetails,
} from "./decode-error.ts";
export { FramingDecoder } from "./framing-decoder.ts";
export { AppendingEncoder, BracketingEncoder } from "./framing-encoder.ts";
export { findByte, indexOfByte, lastIndexOfByte } from "./index-of-byte.ts";
export { Skipped } from "./skipped.ts";
export { stack } from "./stack.ts";
export { writeText } from "./write-text.ts";
