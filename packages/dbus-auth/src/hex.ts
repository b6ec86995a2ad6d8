/** Writes bytes as the lower-case digits that DBUS_COOKIE_SHA1 demands. */
export function toHex(bytes: Uint8Array): string {
	let digits = "";
	for (const byte of bytes) digits += (byte + 256).toString(16).slice(1);
	return digits;
}

/** Writes the UTF-8 of `text` in hex. */
export function textToHex(text: string): string {
	return toHex(new TextEncoder().encode(text));
}

/** Reads whole bytes of hex, in either case. Returns `undefined` for anything else. */
export function fromHex(digits: string): Uint8Array | undefined {
	if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
	const bytes = new Uint8Array(digits.length / 2);
	for (let i = 0; i < bytes.length; i++)
		bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
	return bytes;
}

/** Reads bytes as UTF-8. Returns `undefined` if they are not. */
export function asText(bytes: Uint8Array): string | undefined {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
			bytes,
		);
	} catch {
		return undefined;
	}
}
