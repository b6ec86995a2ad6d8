// The grammar of RFC 9112 section 7.1 as a table: one byte, one step. So every fault is found at its byte, and nothing of
// a line need be held to check it.

/** Where in a body the next byte stands: the rows of the table. */
export const BODY = 0;
export const SIZE = 2;
const EXTENSION = 3;
const LINE_LF = 12;
export const DATA = 13;
export const DATA_CR = 14;
export const FIELD = 16;
const FIELD_VALUE = 18;
export const SECTION_LF = 20;
export const END = 21;
export const FAULT = 255;

// Letters are rows: `a` is the first. Capitals are rows that white space leads to, if bad white space is let pass.
const ROWS = [
	// hexadecimal digit, other tchar, = ; " \ : SP or HTAB, CR, LF, other text, control
	"c...........", // a  before a body
	"c...........", // b  before a chunk-size
	"c..d...Km...", // c  in a chunk-size
	"ee.....D....", // d  before the name of an extension
	"eegd...Fm...", // e  in it
	"..gd...F....", // f  in the white space behind it
	"hh..i..G....", // g  before the value
	"hh.d...Km...", // h  in it, a token
	"iiiiljii..i.", // i  in it, a quoted-string
	"iiiiiiii..i.", // j  in that, behind a backslash
	"...d...K....", // k  in the white space behind a value, or a chunk-size
	"...d...Km...", // l  behind a quoted-string
	".........n..", // m  behind the CR of a line with a chunk-size
	"............", // n  in chunk-data, which has no grammar
	"........p...", // o  behind it
	".........b..", // p
	"rr......u...", // q  before a field of the trailer section, or its end
	"rr....s.....", // r  in its name
	"sssssssst.s.", // s  in its value
	".........q..", // t
	".........v..", // u  behind the CR of the empty line at the end
];

/** The first column: a hexadecimal digit. */
export const HEXADECIMAL = 0;

/** The columns of the table: what kind of character each byte is. */
export const COLUMN: Uint8Array = Uint8Array.from(
	{ length: 256 },
	(_, byte) => {
		const character = String.fromCharCode(byte);
		if (/[\da-f]/i.test(character)) return HEXADECIMAL;
		if (/[\w!#$%&'*+.^`|~-]/.test(character)) return 1;
		if (character === "\t") return 7;
		const delimiter = '=;"\\: \r\n'.indexOf(character);
		if (delimiter !== -1) return delimiter + 2;
		return byte > 32 && byte !== 127 ? 10 : 11;
	},
);

/** Makes the table: the row behind a byte is at `[16 * row + COLUMN[byte]]`. */
export function tableOf(badWhitespace: boolean): Uint8Array {
	const table = new Uint8Array(16 * ROWS.length);
	for (let i = 0; i < table.length; i++) {
		const letter = ROWS[i >> 4]?.charCodeAt(i & 15) as number;
		if (letter > 96) table[i] = letter - 97;
		else table[i] = badWhitespace && letter > 64 ? letter - 65 : FAULT;
	}
	return table;
}

/** Tells whether a row lies in the extensions of a chunk. */
export function inExtension(row: number): boolean {
	return row >= EXTENSION && row < LINE_LF;
}

/** Says what is expected in a row. */
export function expectedIn(row: number): string {
	if (row <= SIZE)
		return "A chunk-size must be hexadecimal digits, up to a CRLF or a ;";
	if (row < LINE_LF)
		return 'A chunk extension must be ;name, ;name=token or ;name="quoted", up to a CRLF';
	if (row > DATA && row < FIELD)
		return "Chunk-data must end with CRLF where its chunk-size says";
	if (row === FIELD || row === FIELD + 1)
		return "A trailer field must be a token, a colon and a value";
	if (row === FIELD_VALUE)
		return "The value of a trailer field must be text, up to a CRLF";
	return "A CR must be followed by LF";
}
