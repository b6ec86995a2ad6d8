import { type Codec, DecodeError, indexOfByte } from "@framewright/codec";
import { mostCodes, overrun, stuff, unstuffInto } from "./stuffing.ts";

/**
 * Stuffs and unstuffs single frames, without a delimiter: for transports that keep message boundaries, or send delimiters
 * of their own.
 *
 *     cobsCodec.encode(Uint8Array.of(0x11, 0, 0x22))          02 11  02 22
 *     cobsCodec.decode(Uint8Array.of(0x02, 0x11, 0x02, 0x22)) 11 00 22
 *
 * What is decoded may be a view of the encoding, which is left as it was. Throws a `DecodeError`: `invalid-syntax` at a zero,
 * `invalid-length` at a code that announces more bytes than there are, or at 0 if there is not even a code.
 */
export const cobsCodec: Codec<Uint8Array> = {
	encode(frame: Uint8Array): Uint8Array {
		const { length } = frame;
		const bytes = new Uint8Array(length + mostCodes(length) + 2);
		bytes.set(frame, 1);
		return bytes.subarray(0, stuff(bytes, 0, length + 1));
	},

	decode(bytes: Uint8Array): Uint8Array {
		const { length } = bytes;
		const zero = indexOfByte(bytes, 0, 0, length);
		if (zero !== -1)
			throw new DecodeError(
				"invalid-syntax",
				"There must be no zero in an encoding",
				zero,
			);
		// Not subarray(): it makes a Buffer of a Buffer.
		if (length > 0 && bytes[0] === length)
			return new Uint8Array(bytes.buffer, bytes.byteOffset + 1, length - 1);
		const frame = new Uint8Array(length);
		const end = length > 0 ? unstuffInto(bytes, 0, length, frame, 0) : -1;
		if (end !== -1) return frame.subarray(0, end);
		let at = 0;
		let code = bytes[0] ?? 0;
		while (at + code < length) {
			at += code;
			code = bytes[at] as number;
		}
		throw new DecodeError("invalid-length", overrun(code, length - at), at);
	},
};
