import { DecodeError } from "@framewright/codec";

/** Counts the bytes of a text. */
export function utf8Length(text: string): number {
	let length = text.length;
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		// Of a pair of surrogates, which are four bytes, each counts two; a lone one is refused later.
		if (code >= 0x80)
			length += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
	}
	return length;
}

/** Throws `invalid-utf8` at the first byte that is none of a character. */
export function decodeUtf8(bytes: Uint8Array): string {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
			bytes,
		);
	} catch {
		throw new DecodeError(
			"invalid-utf8",
			"Introspection XML must be UTF-8",
			firstFault(bytes),
		);
	}
}

/** Finds the first replacement character that the bytes themselves do not have. */
function firstFault(bytes: Uint8Array): number {
	const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
	let offset = 0;
	let start = 0;
	for (;;) {
		const index = text.indexOf("\ufffd", start);
		if (index === -1) return offset;
		offset += utf8Length(text.slice(start, index));
		const [first, second, third] = bytes.subarray(offset);
		if (first !== 0xef || second !== 0xbf || third !== 0xbd) return offset;
		offset += 3;
		start = index + 1;
	}
}
