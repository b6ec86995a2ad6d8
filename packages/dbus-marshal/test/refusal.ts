import { DecodeError } from "@framewright/codec";
import { marshalBody } from "@framewright/dbus-marshal";

/** Bytes from their hexadecimal digits, spaced as one likes. */
export function hex(text: string): Uint8Array {
	return Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));
}

/** Decodes a body that must be refused. */
export function refusal(
	signature: string,
	bytes: Uint8Array,
	position = 0,
): DecodeError {
	try {
		marshalBody(signature).decode(bytes, { position });
	} catch (error) {
		if (error instanceof DecodeError) return error;
		throw error;
	}
	throw new Error("the bytes were accepted");
}
