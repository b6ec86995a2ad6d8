import { DecodeError } from "@framewright/codec";

/** What may stand as it is. libdbus, and what it wrote, has the backslash among them. */
const PLAIN = /^[-0-9A-Za-z_/.*\\]*$/;
const PERCENT = 0x25;

/**
 * Escapes a value for an address: all bytes of its UTF-8 but `[-0-9A-Za-z_/.*]` become `%` and two digits. Throws a
 * `RangeError` for text that is not Unicode.
 */
export function escapeValue(value: string): string {
	if (!value.isWellFormed())
		throw new RangeError("A value must be Unicode, without lone surrogates");
	return value.replace(/[^-0-9A-Za-z_/.*]+/g, (text) =>
		Array.from(
			new TextEncoder().encode(text),
			(byte) => `%${(byte + 256).toString(16).slice(1)}`,
		).join(""),
	);
}

/**
 * Takes the escapes of a value back. Throws a `DecodeError`: `invalid-syntax` at a byte that must be escaped, or at a `%`
 * without two digits of hex, `invalid-utf8` at a value whose bytes are no text. `offset` is that of the value.
 */
export function unescapeValue(escaped: string, offset = 0): string {
	if (PLAIN.test(escaped)) return escaped;
	const bytes = new Uint8Array(escaped.length);
	let length = 0;
	for (let at = 0; at < escaped.length; at++) {
		const character = escaped.charCodeAt(at);
		if (character === PERCENT) {
			const digits = escaped.slice(at + 1, at + 3);
			if (!/^[0-9a-f]{2}$/i.test(digits))
				throw new DecodeError(
					"invalid-syntax",
					`Two digits of hex must follow %, not ${JSON.stringify(digits)}`,
					offset + at,
				);
			bytes[length++] = Number.parseInt(digits, 16);
			at += 2;
		} else if (PLAIN.test(escaped.charAt(at))) bytes[length++] = character;
		else
			throw new DecodeError(
				"invalid-syntax",
				`${JSON.stringify(escaped.charAt(at))} must be escaped`,
				offset + at,
			);
	}
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
			bytes.subarray(0, length),
		);
	} catch {
		throw new DecodeError(
			"invalid-utf8",
			"The bytes of a value must be UTF-8",
			offset,
		);
	}
}
