/** A field of the trailer section: its name as it was sent, and its value without the white space around it. */
export type Trailer = readonly [name: string, value: string];

/** The end of a body. */
export interface BodyEnd {
	readonly kind: "end";
	/**
	 * The fields of the trailer section, in order. A value is text with one character for each byte, U+0000 to U+00FF: RFC
	 * 9110 section 5.5 leaves open what bytes over 7f mean.
	 */
	readonly trailers: readonly Trailer[];
}

// Fields that decide how a message is framed, routed, authenticated or processed, or who may change it, come too late in a
// trailer (RFC 9110 section 6.5.1; RFC 7230 section 4.1.2 names them). Whoever takes one for a header is smuggled past.
const FORBIDDEN =
	/^(?:authorization|cache-control|connection|content-(?:encoding|length|range|type)|cookie|expect|host|if-.*|keep-alive|max-forwards|pragma|proxy-(?:authenticate|authorization|connection)|range|set-cookie|te|trailer|transfer-encoding|upgrade|www-authenticate)$/i;

/** Tells whether a field of this name must not be in a trailer section. */
export function isForbidden(name: string): boolean {
	return FORBIDDEN.test(name);
}

/** Reads a field line of which the grammar was checked: `name ":" OWS value OWS`. */
export function parseField(line: string): Trailer {
	const colon = line.indexOf(":");
	let start = colon + 1;
	let end = line.length;
	// Not trim(): it takes a byte a0 for a space. Not a regular expression: one for the end of a string is quadratic.
	while (isBlank(line, start)) start += 1;
	while (end > start && isBlank(line, end - 1)) end -= 1;
	return [line.slice(0, colon), line.slice(start, end)];
}

function isBlank(line: string, at: number): boolean {
	const code = line.charCodeAt(at);
	return code === 0x20 || code === 0x09;
}

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/;

/** Writes a field line, without its CRLF. Throws a `RangeError` for what would not be read as that field. */
export function formatField([name, value]: Trailer): string {
	if (!NAME.test(name) || !VALUE.test(value))
		throw new RangeError(
			`A trailer field must be a token, and text of bytes without control characters or white space around it, not ${JSON.stringify([name, value])}`,
		);
	return `${name}: ${value}`;
}
