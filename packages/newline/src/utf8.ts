import { Skipped } from "@framewright/codec";

// A byte order mark is text like any other: what was encoded is what is decoded.
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/** Decodes `bytes[start, end)`; returns undefined if that is not UTF-8. */
export function decodeUtf8(
	bytes: Uint8Array,
	start: number,
	end: number,
): string | undefined {
	try {
		return strict.decode(bytes.subarray(start, end));
	} catch {
		return undefined;
	}
}

/** Tells of `bytes` that are not UTF-8, with a copy: those of a `part` of the wire that starts at `offset`. */
export function invalidUtf8(
	part: string,
	bytes: Uint8Array,
	offset: number,
): Skipped {
	const at = faultAt(bytes);
	const byte = (bytes[at] as number).toString(16);
	return new Skipped(
		"invalid-utf8",
		`A ${part} must be UTF-8; byte ${at} of it, 0x${byte}, does not fit`,
		offset + at,
		{ bytes: new Uint8Array(bytes) },
	);
}

/** Finds the first byte of `bytes` that is not UTF-8: returns its index. */
function faultAt(bytes: Uint8Array): number {
	// Decoders put U+FFFD where the fault is. One that stands in the input itself comes out as the same three bytes.
	const text = lossy.decode(bytes);
	let at = 0;
	let from = 0;
	for (;;) {
		const replaced = text.indexOf("\ufffd", from);
		if (replaced === -1) return bytes.length;
		at += utf8Length(text, from, replaced);
		if (bytes[at] !== 0xef || bytes[at + 1] !== 0xbf || bytes[at + 2] !== 0xbd)
			return at;
		at += 3;
		from = replaced + 1;
	}
}

/** The bytes that `text.slice(from, to)` has as UTF-8. */
export function utf8Length(text: string, from: number, to: number): number {
	let length = to - from;
	for (let i = from; i < to; i++) {
		const unit = text.charCodeAt(i);
		// A surrogate is half of a character of four bytes.
		if (unit >= 0x80)
			length += unit >= 0x800 && (unit & 0xf800) !== 0xd800 ? 2 : 1;
	}
	return length;
}
