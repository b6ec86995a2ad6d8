import { boolean } from "./decode-basic.ts";
import { within } from "./fault.ts";
import type { Reader } from "./reader.ts";
import type { BasicCode } from "./signature.ts";

/** The codes of fixed-size types; bytes are no array of numbers, but bytes. */
export type FixedCode = Exclude<BasicCode, "y" | "s" | "o" | "g">;

/** What a value of a fixed-size type has in bytes, and is aligned to. */
export const sizes: Readonly<Record<FixedCode, number>> = {
	b: 4,
	n: 2,
	q: 2,
	i: 4,
	u: 4,
	x: 8,
	t: 8,
	d: 8,
	h: 4,
};

/** Reads arrays of values that have all the same size, which needs no call for each. */
export function readFixedArray(code: FixedCode): (from: Reader) => unknown[] {
	const size = sizes[code];
	return (from) => {
		const end = from.arrayEnd(size);
		const start = from.at;
		if ((end - start) % size !== 0)
			throw from.fault(
				"invalid-length",
				`the length of this array must be a multiple of ${size}, not ${end - start}`,
				start,
			);
		// No more than has arrived: arrayEnd saw to that.
		const values = new Array<unknown>((end - start) / size);
		if (code === "b") fillBooleans(values, from, start);
		else fill(values, code, from, start);
		from.at = end;
		return values;
	};
}

/** Has a loop for each type, because a call of one of eight functions would cost more than the read. */
function fill(
	values: unknown[],
	code: FixedCode,
	{ view, little }: Reader,
	start: number,
): void {
	const { length } = values;
	let at = start;
	switch (code) {
		case "n":
			for (let i = 0; i < length; i++, at += 2)
				values[i] = view.getInt16(at, little);
			break;
		case "q":
			for (let i = 0; i < length; i++, at += 2)
				values[i] = view.getUint16(at, little);
			break;
		case "i":
			for (let i = 0; i < length; i++, at += 4)
				values[i] = view.getInt32(at, little);
			break;
		case "u":
		case "h":
			for (let i = 0; i < length; i++, at += 4)
				values[i] = view.getUint32(at, little);
			break;
		case "x":
			for (let i = 0; i < length; i++, at += 8)
				values[i] = view.getBigInt64(at, little);
			break;
		case "t":
			for (let i = 0; i < length; i++, at += 8)
				values[i] = view.getBigUint64(at, little);
			break;
		case "d":
			for (let i = 0; i < length; i++, at += 8)
				values[i] = view.getFloat64(at, little);
	}
}

function fillBooleans(values: unknown[], from: Reader, start: number): void {
	let index = 0;
	try {
		for (; index < values.length; index++)
			values[index] = boolean(from, start + 4 * index);
	} catch (thrown) {
		throw within(thrown, `[${index}]`);
	}
}
