/** A field of an input that may be the length of what follows it. */
export interface LengthField {
	readonly at: number;
	/** Bytes; of a decimal number, its digits. */
	readonly width: number;
	/** `varint`: seven bits a byte, low bits first, in two bytes or more: one byte is `little`, too. */
	readonly form: "little" | "big" | "varint" | "decimal";
	readonly value: number;
}

/** How far before a change its length may stand. */
const REACH = 64;
/** How far from the end of the input a length may point: padding, a delimiter, a checksum. */
const SLACK = 8;

/**
 * Finds the fields before `at` that may say how long something around `at` is: read as a length, they reach to `at` or
 * beyond it, and not far beyond the end. A zero is one when it stands right before. The nearest come first.
 */
export function lengthFields(input: Uint8Array, at: number): LengthField[] {
	const fields: LengthField[] = [];
	const from = Math.max(0, at - REACH);
	for (let start = at - 1; start >= from; start--)
		addFields(fields, input, start, at);
	// The head of the input, where protocols have lengths of all that follows.
	for (let start = Math.min(from, 24) - 1; start >= 0; start--)
		addFields(fields, input, start, at);
	return fields;
}

/** Adds what at `start` can be read as the length of something around `at`. */
function addFields(
	fields: LengthField[],
	input: Uint8Array,
	start: number,
	at: number,
): void {
	// Not by push(), which is wrapped while fuzzing.
	const add = (
		value: number,
		width: number,
		form: LengthField["form"],
	): void => {
		if (start + width + value >= at && start + value <= input.length + SLACK)
			fields[fields.length] = { at: start, width, form, value };
	};
	const first = input[start] as number;
	add(first, 1, "little");
	for (let width = 2; width <= 4 && start + width <= at; width *= 2) {
		let big = 0;
		let little = 0;
		for (let i = 0; i < width; i++) {
			big = big * 256 + (input[start + i] as number);
			little = little * 256 + (input[start + width - 1 - i] as number);
		}
		add(little, width, "little");
		if (big !== little) add(big, width, "big");
	}
	if (first > 0x7f) {
		let value = first & 0x7f;
		for (let width = 2; width <= 4 && start + width <= at; width++) {
			const byte = input[start + width - 1] as number;
			value += (byte & 0x7f) << (7 * (width - 1));
			if (byte > 0x7f) continue;
			// A zero at the end makes it longer than it need be: mended, it would be another one.
			if (byte > 0) add(value, width, "varint");
			break;
		}
	}
	if (isDigit(first) && !isDigit(input[start - 1])) {
		let end = start;
		let value = 0;
		while (end < at && isDigit(input[end]) && end - start < 7) {
			value = value * 10 + (input[end] as number) - 48;
			end += 1;
		}
		add(value, end - start, "decimal");
	}
}

function isDigit(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 48 && byte <= 57;
}

/** Changes a length by `by`. Returns `undefined` when the field does not hold that. */
export function adjusted(
	input: Uint8Array,
	{ at, width, form, value }: LengthField,
	by: number,
): Uint8Array | undefined {
	const next = value + by;
	if (next < 0) return undefined;
	if (form === "decimal") {
		const digits = `${next}`.padStart(width, "0");
		// Another number of digits moves what follows; leading zeros are no number everywhere.
		const text = input[at] === 48 ? digits : `${next}`;
		return splice(input, at, width, Buffer.from(text));
	}
	if (form === "varint") return splice(input, at, width, varintOf(next));
	if (next >= 2 ** (8 * width)) return undefined;
	const copy = input.slice();
	let rest = next;
	for (let i = 0; i < width; i++) {
		copy[form === "little" ? at + i : at + width - 1 - i] = rest % 256;
		rest = Math.floor(rest / 256);
	}
	return copy;
}

function varintOf(value: number): Uint8Array {
	const bytes: number[] = [];
	let rest = value;
	for (; rest > 0x7f; rest = Math.floor(rest / 128))
		bytes.push((rest & 0x7f) | 0x80);
	return Uint8Array.of(...bytes, rest);
}

/** Puts `inserted` in place of `removed` bytes. */
export function splice(
	input: Uint8Array,
	at: number,
	removed: number,
	inserted: Uint8Array,
): Uint8Array {
	const behind = Math.min(input.length, at + removed);
	const output = new Uint8Array(at + inserted.length + (input.length - behind));
	output.set(input.subarray(0, at));
	output.set(inserted, at);
	output.set(input.subarray(behind), at + inserted.length);
	return output;
}
