import fc, { type Arbitrary } from "fast-check";

const codePoint = fc.oneof(
	fc.integer({ min: 0, max: 0x7f }),
	fc.integer({ min: 0x80, max: 0xd7ff }),
	fc.integer({ min: 0xe000, max: 0x10ffff }),
);

/**
 * Makes strings of any code points but surrogates; lengths are in code points. So does fast-check's `unit: "binary"`, but not
 * before it has made a table of them all, which takes more than a second of every process.
 */
export function anyText(
	constraints: {
		readonly minLength?: number;
		readonly maxLength?: number;
	} = {},
): Arbitrary<string> {
	return fc
		.array(codePoint, constraints)
		.map((points) => String.fromCodePoint(...points));
}
