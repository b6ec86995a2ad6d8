import { Skipped } from "@framewright/codec";

/** A value that JSON has (RFC 8259). */
export type JsonValue =
	| null
	| boolean
	| number
	| string
	| JsonValue[]
	| { [name: string]: JsonValue };

const utf8 = new TextEncoder();

/** Tells why `JSON.parse` refused `text`, which starts at the wire offset `offset`, and was cut off at `cutAt` if given. */
export function notJson(
	text: string,
	offset: number,
	error: unknown,
	cutAt?: number,
): Skipped {
	const bytes = utf8.encode(text);
	const { message } = error as Error;
	// Some engines run out of stack on arrays in arrays.
	if (!(error instanceof SyntaxError))
		return new Skipped("too-deep", message, offset, { bytes });
	return cutAt === undefined
		? new Skipped(
				"invalid-syntax",
				text.startsWith("\ufeff")
					? "JSON must not start with a byte order mark (RFC 8259, section 8.1)"
					: `Not JSON: ${message}`,
				offset,
				{ bytes },
			)
		: new Skipped(
				"truncated",
				`Not JSON, and no line feed ends it: ${message}`,
				cutAt,
				{ bytes },
			);
}

/** Writes a value as JSON, without a line feed. Throws a `RangeError` for what JSON does not have. */
export function jsonText(value: JsonValue): string {
	let text: string | undefined;
	try {
		text = JSON.stringify(value);
	} catch (cause) {
		throw new RangeError(`JSON cannot carry this value: ${cause}`, { cause });
	}
	if (text === undefined)
		throw new RangeError(`JSON cannot carry a value of type ${typeof value}`);
	// JSON.stringify writes NaN and Infinity as null. Values without any null need not be looked at.
	if (text.includes("null") && hasNonFinite(value))
		throw new RangeError("JSON cannot carry NaN or Infinity");
	return text;
}

function hasNonFinite(value: JsonValue): boolean {
	// Not recursive: the stack is smaller than what JSON.stringify can nest.
	const values = [value];
	for (const item of values) {
		if (typeof item === "number" && !Number.isFinite(item)) return true;
		if (typeof item === "object" && item !== null && !("toJSON" in item))
			for (const member of Object.values(item)) values.push(member);
	}
	return false;
}
