import type { DecodeErrorCode, DecodeErrorDetails } from "@framewright/codec";

/** What is wrong with a header, and how many bytes behind its start. */
export interface HeaderFault {
	readonly code: DecodeErrorCode;
	readonly message: string;
	readonly at: number;
	readonly details?: DecodeErrorDetails;
	/** Whether all that was read is fields, so that a good header may begin in the midst of them. */
	readonly amongFields?: boolean;
	/** The bytes of the body that follows, where nothing else is wrong with the header. */
	readonly body?: number;
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;

// RFC 9110, section 5.6.2.
const TOKEN = "[!#$%&'*+.^`|~\\w-]+";

// RFC 9110, section 8.3.1; in UTF-8 if it says so, which older versions of LSP spell `utf8`. No white space can be matched in
// two ways, so that what is hostile takes linear time too.
const UTF8_TYPE: RegExp = new RegExp(
	`^${TOKEN}/${TOKEN}([\\t ]*;([\\t ]*(charset=("?)utf-?8\\4|(?!charset=)${TOKEN}=(${TOKEN}|"([^"\\\\]|\\\\.)*")))?)*$`,
	"i",
);

// What is read: a name; a value of one of three kinds; the LF at the end of a line, or of the header.
export const NAME = 0;
const LENGTH = 1;
const TYPE = 2;
export const OTHER = 3;
const LINE_END = 4;
const HEADER_END = 5;

/** What a name or a value is made of. LSP has ASCII where HTTP lets other bytes pass. */
const GRAMMAR: readonly (readonly [rule: string, bytes: string])[] = [
	["A field's name must be a token", TOKEN],
	["A Content-Length must be digits", "[\\d\\t ]"],
	["A field's value must be ASCII text up to CR LF", "[\\t -~]"],
	["A field's value must be ASCII text up to CR LF", "[\\t -~]"],
];
const ALLOWED: readonly Uint8Array[] = GRAMMAR.map(([, bytes]) =>
	Uint8Array.from({ length: 256 }, (_, byte) =>
		Number(RegExp(bytes).test(String.fromCharCode(byte))),
	),
);

const NAMES: readonly (readonly [name: string, field: number])[] = [
	["content-length:", LENGTH],
	["content-type:", TYPE],
];

const ascii = new TextDecoder();

/**
 * Reads a header part, and can stop and go on at any byte (LSP 3.17, Header Part; RFC 9112, section 5):
 *
 *     header part = 1*( token ":" OWS value OWS CR LF ) CR LF
 */
export class Header {
	/** Bytes that were read: of the whole header part, once that is complete. */
	size = 0;
	/** Where the line begins that is being read. */
	line = 0;
	/** The length that was announced, or -1; and where it stands. */
	length = -1;
	lengthAt = 0;
	/** Where a Content-Type stands that is not UTF-8, or -1. */
	badTypeAt = -1;
	#state = NAME;
	#valueAt = 0;

	reset(): void {
		this.size = this.line = 0;
		this.length = this.badTypeAt = -1;
		this.#state = NAME;
	}

	/**
	 * Reads on in the header that starts at `bytes[start]`, up to `end`. Returns whether it is complete, or the first thing
	 * that is wrong with it; neither depends on where it was told to stop before.
	 */
	read(bytes: Uint8Array, start: number, end: number): boolean | HeaderFault {
		for (; start + this.size < end; this.size += 1) {
			const at = this.size;
			const byte = bytes[start + at] as number;
			const state = this.#state;
			if (ALLOWED[state]?.[byte] === 1) continue;
			if (byte === COLON && state === NAME && at > this.line) {
				this.#state = fieldAt(bytes, start + this.line, end);
				this.#valueAt = at + 1;
			} else if (byte === CR && state === NAME && at === this.line && at > 0)
				this.#state = HEADER_END;
			else if (byte === CR && state !== NAME && state < LINE_END) {
				const fault = this.#endOfValue(bytes, start);
				if (fault !== undefined) return fault;
				this.#state = LINE_END;
			} else if (byte === LF && state === LINE_END) {
				this.#state = NAME;
				this.line = at + 1;
			} else if (byte === LF && state === HEADER_END) {
				this.size += 1;
				return (
					this.length >= 0 || {
						code: "invalid-syntax",
						message: "A header must have a Content-Length",
						at: this.line,
						amongFields: true,
					}
				);
			} else {
				const [rule] = GRAMMAR[state] ?? ["CR must be followed by LF"];
				return {
					code: "invalid-syntax",
					message: `${rule}; found 0x${byte.toString(16).padStart(2, "0")}`,
					// A bare CR is at fault itself.
					at: state < LINE_END ? at : at - 1,
				};
			}
		}
		return false;
	}

	#endOfValue(bytes: Uint8Array, start: number): HeaderFault | undefined {
		const from = this.#valueAt;
		const text = ascii.decode(bytes.subarray(start + from, start + this.size));
		const value = text.trim();
		const at = from + text.length - text.trimStart().length;
		if (this.#state === TYPE && !UTF8_TYPE.test(value)) this.badTypeAt = at;
		if (this.#state !== LENGTH) return undefined;
		const length = Number(value);
		const digits = value.search(/\D|$/);
		if (digits === 0 || digits < value.length)
			return {
				code: "invalid-syntax",
				message: `A Content-Length must be digits; found "${value}"`,
				at: at + digits,
			};
		const known = this.length < 0 || this.length === length;
		if (!known || length > Number.MAX_SAFE_INTEGER)
			return {
				code: "invalid-length",
				message: known
					? "A Content-Length must be less than 2^53"
					: `A header must have one Content-Length; found ${this.length} and ${length}`,
				at,
				amongFields: !known,
			};
		this.length = length;
		this.lengthAt = at;
		return undefined;
	}
}

/**
 * Tells which field begins at `bytes[at]`, by its name and the colon right behind it: `LENGTH`, `TYPE` or `OTHER`; or `NAME`
 * if it ends before that shows.
 */
export function fieldAt(bytes: Uint8Array, at: number, end: number): number {
	for (const [name, field] of NAMES) {
		let i = 0;
		while (
			i < name.length &&
			at + i < end &&
			lowerCase(bytes[at + i] as number) === name.charCodeAt(i)
		)
			i += 1;
		if (i === name.length) return field;
		if (at + i === end) return NAME;
	}
	return OTHER;
}

function lowerCase(byte: number): number {
	return byte > 0x40 && byte < 0x5b ? byte + 0x20 : byte;
}
