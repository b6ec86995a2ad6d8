// Bodies to try, as text of one byte for each character.

import type { Trailer } from "@framewright/http-chunked";
import fc from "fast-check";

/** The bytes of a text of one byte for each character. */
export const latin1 = (text: string): Uint8Array =>
	Uint8Array.from(text, (character) => character.charCodeAt(0));

const letters = (alphabet: string): fc.Arbitrary<string> =>
	fc.constantFrom(...alphabet);
const token = fc.string({
	unit: letters("azAZ09!#$%&'*+-.^_`|~"),
	minLength: 1,
	maxLength: 6,
});
const value = fc.oneof(
	fc
		.string({ unit: letters('ab0 \t,:;="\\\x80\xa0\xff'), maxLength: 12 })
		.map((text) => text.replace(/^[ \t]+/, "").replace(/[ \t]+$/, "")),
	// Some that the encoder refuses.
	fc.string({ maxLength: 4 }),
);
/** A field of a trailer section; some that must not be there, and some that cannot be. */
export const trailer: fc.Arbitrary<Trailer> = fc.tuple(
	fc.oneof(
		{ weight: 9, arbitrary: token },
		fc.constantFrom("Host", "CONTENT-length", "if-x"),
	),
	value,
);
const extensions = fc.oneof(
	{ weight: 6, arbitrary: fc.constant("") },
	{
		weight: 5,
		arbitrary: fc
			.array(fc.constantFrom(";a", ";a=b", ';a="b; c"', ';a="\\""'), {
				minLength: 1,
				maxLength: 2,
			})
			.map((list) => list.join("")),
	},
	fc.constantFrom(" ; a", ";a =\tb", ';a= "b"\t;c', ";a ", " "),
);
const chunk = fc
	.tuple(
		fc.constantFrom("", "", "0", "000"),
		fc.string({ minLength: 1, maxLength: 20 }),
		extensions,
	)
	.map(
		([zeros, data, extension]) =>
			`${zeros}${data.length.toString(16)}${extension}\r\n${data}\r\n`,
	);
const last = fc
	.tuple(extensions, fc.array(trailer, { maxLength: 2 }))
	.map(
		([extension, fields]) =>
			`0${extension}\r\n${fields.map((field) => `${field.join(":\t")}\r\n`).join("")}\r\n`,
	);
const smuggled = fc.oneof(
	fc.constantFrom(
		...["\n", "\r", "\r\n", "\r\n\r\n", " ", "\t", "+", "-", "0x", ";", "="],
		...['"', "\\", ":", "\0", "\x7f", "\x80", "0", "f", "Host:x\r\n", "5\r\n"],
		...["1fffffffffffff", "20000000000000", "00000000000000001"],
		"10000000000000000",
	),
	fc.string({ maxLength: 3 }),
);
/** Bodies as others write them, with extensions and leading zeros, and what smuggles written over them here and there. */
export const wire: fc.Arbitrary<Uint8Array> = fc
	.tuple(
		fc.array(fc.oneof({ weight: 2, arbitrary: chunk }, last), { maxLength: 5 }),
		fc.array(fc.tuple(fc.nat({ max: 0xffff }), fc.nat({ max: 3 }), smuggled), {
			maxLength: 2,
		}),
	)
	.map(([parts, changes]) => {
		let text = parts.join("");
		for (const [position, length, over] of changes) {
			const at = position % (text.length + 1);
			text = text.slice(0, at) + over + text.slice(at + length);
		}
		return latin1(text);
	});
