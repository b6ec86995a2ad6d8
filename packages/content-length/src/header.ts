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

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const ZERO = 0x30;
const COLON = 0x3a;

// RFC 9110, section 5.6.2.
const TOKEN = "[!#$%&'*+.^`|~\\w-]+";

// RFC 9110, section 8.3.1; in UTF-8 if it says so, which older versions of LSP spell `utf8`. No white space can be matched in
// two ways, so that what is hostile takes linear time too.
const UTF8_TYPE: RegExp = new RegExp(
	`^${TOKEN}/${TOKEN}([\\t ]*;([\\t ]*(charset=("?)utf-?8\\4|(?!charset=)${TOKEN}=(${TOKEN}|"([^"\\\\]|\\\\.)*")))?)*[\\t ]*$`,
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
/** For each byte, one bit for each of those. */
const ALLOWED: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
	GRAMMAR.reduce(
		(bits, [, bytes], i) =>
			bits | (Number(RegExp(bytes).test(String.fromCharCode(byte))) << i),
		0,
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
	/** What is wrong with a Content-Type, if something is. */
	badType: HeaderFault | undefined;
	#state = NAME;
	#valueAt = 0;

	reset(): void {
		this.size = this.line = 0;
		this.length = -1;
		this.badType = undefined;
		this.#state = NAME;
	}

	/**
	 * Reads on in the header that starts at `bytes[start]`, up to `end`. Returns whether it is complete, or the first thing
	 * that is wrong with it; neither depends on where it was told to stop before.
	 */
	read(bytes: Uint8Array, start: number, end: number): boolean | HeaderFault {
		for (let at = start + this.size; at < end; at++) {
			const state = this.#state;
			while (
				at < end &&
				((ALLOWED[bytes[at] as number] as number) >> state) & 1
			)
				at += 1;
			this.size = at - start;
			if (at === end) break;
			this.size += 1;
			const turn = this.#turn(bytes[at] as number, bytes, start);
			if (turn !== false) return turn;
		}
		return false;
	}

	/** Takes the byte that ends what is read, and goes on to what comes next. Returns what `read` returns. */
	#turn(byte: number, bytes: Uint8Array, start: number): boolean | HeaderFault {
		const state = this.#state;
		const at = this.size - 1;
		const begun = at > this.line;
		if (state === NAME && byte === COLON && begun) {
			this.#state = fieldAt(bytes, start + this.line, start + this.size);
			this.#valueAt = this.size;
		} else if (state === NAME && byte === CR && !begun && at > 0)
			this.#state = HEADER_END;
		else if (state === LINE_END && byte === LF) {
			this.#state = NAME;
			this.line = this.size;
		} else if (state === HEADER_END && byte === LF)
			return (
				this.length >= 0 || {
					code: "invalid-syntax",
					message: "A header must have a Content-Length",
					at: this.line,
					amongFields: true,
				}
			);
		else if (state === NAME || state > OTHER || byte !== CR)
			// A bare CR is at fault itself.
			return unexpected(state, byte, state > OTHER ? at - 1 : at);
		else {
			this.#state = LINE_END;
			if (state === LENGTH) return this.#takeLength(bytes, start);
			if (state === TYPE) this.#takeType(bytes, start);
		}
		return false;
	}

	#takeLength(bytes: Uint8Array, start: number): false | HeaderFault {
		let at = start + this.#valueAt;
		while (isBlank(bytes[at])) at += 1;
		const lengthAt = at - start;
		let length = 0;
		for (; (bytes[at] as number) >= ZERO; at++)
			length = length * 10 + ((bytes[at] as number) - ZERO);
		const none = at === start + lengthAt;
		while (isBlank(bytes[at])) at += 1;
		if (none || bytes[at] !== CR)
			return unexpected(LENGTH, bytes[at] as number, at - start);
		if (length > Number.MAX_SAFE_INTEGER)
			return {
				code: "invalid-length",
				message: "A Content-Length must be below 2^53",
				at: lengthAt,
			};
		if (this.length >= 0 && this.length !== length)
			return {
				code: "invalid-length",
				message: `A header must have one Content-Length; found ${this.length} and ${length}`,
				at: lengthAt,
				amongFields: true,
			};
		this.length = length;
		this.lengthAt = lengthAt;
		return false;
	}

	#takeType(bytes: Uint8Array, start: number): void {
		const value = bytes.subarray(start + this.#valueAt, start + this.size - 1);
		const type = ascii.decode(value).trimStart();
		if (!UTF8_TYPE.test(type))
			this.badType ??= {
				code: "invalid-value",
				message: `A Content-Type must be a media type in UTF-8, not "${type}"`,
				at: this.size - 1 - type.length,
			};
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

function isBlank(byte: number | undefined): boolean {
	return byte === SPACE || byte === TAB;
}

function unexpected(state: number, byte: number, at: number): HeaderFault {
	const [rule] = GRAMMAR[state] ?? ["LF must follow CR"];
	return {
		code: "invalid-syntax",
		message: `${rule}; found ${JSON.stringify(String.fromCharCode(byte))}`,
		at,
	};
}
