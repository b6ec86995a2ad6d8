import type { JsonValue } from "@framewright/newline";
import fc, { type Arbitrary } from "fast-check";

/**
 * Whether JSON is safe to parse. V8 of Node 24 and 26 takes any name that begins with an escape for a lone backslash,
 * once it has read an object of the same shape with that name there: {"\\":1} makes {"\n":1} come out as {"\\":1}.
 */
const isSafeToParse = (json: string): boolean =>
	!json.includes(String.raw`"\\":`);

/** Values as JSON gives them back: written once, so that -0 is 0. */
export const json: Arbitrary<JsonValue> = fc
	.oneof(
		fc.jsonValue({ maxDepth: 1, stringUnit: "binary" }),
		fc.dictionary(
			fc.constantFrom("__proto__", "toJSON", "a", "\n"),
			fc.integer(),
			{ noNullPrototype: true },
		),
		fc.constantFrom("\x1e\n", "\ufeff", "\ud800"),
	)
	.map((value) => JSON.stringify(value))
	.filter(isSafeToParse)
	.map((text) => JSON.parse(text));

/** Bytes made of what JSON is made of, broken in all ways, and of `delimiters`. */
export const looksLikeJson = (...delimiters: string[]): Arbitrary<Uint8Array> =>
	fc
		.array(
			fc.oneof(
				{ weight: 2, arbitrary: fc.constantFrom(...delimiters) },
				fc.constantFrom(..."1[]{}:, \t\r\n\"'x", "null", "true", '"a"', "\xff"),
			),
			{ maxLength: 24 },
		)
		.map((parts) => new Uint8Array(Buffer.from(parts.join(""), "latin1")));
