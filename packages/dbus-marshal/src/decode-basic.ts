import type { Reader } from "./reader.ts";
import { type BasicCode, checkSignature } from "./signature.ts";

/** Reads a value of a basic type. */
export const readBasic: Readonly<Record<BasicCode, (from: Reader) => unknown>> =
	{
		y: (from) => from.bytes[from.take(1)],
		b: (from) => boolean(from, from.take(4)),
		n: (from) => from.view.getInt16(from.take(2), from.little),
		q: (from) => from.view.getUint16(from.take(2), from.little),
		i: (from) => from.view.getInt32(from.take(4), from.little),
		u: (from) => from.view.getUint32(from.take(4), from.little),
		x: (from) => from.view.getBigInt64(from.take(8), from.little),
		t: (from) => from.view.getBigUint64(from.take(8), from.little),
		d: (from) => from.view.getFloat64(from.take(8), from.little),
		s: (from) => from.text(),
		o: (from) => from.path(),
		g: (from) => {
			const signature = from.signature();
			from.parsed(checkSignature, signature);
			return signature;
		},
		h: (from) => from.view.getUint32(from.take(4), from.little),
	};

/** The boolean at an index. */
export function boolean(from: Reader, at: number): boolean {
	const value = from.view.getUint32(at, from.little);
	if (value > 1)
		throw from.fault(
			"invalid-value",
			`a boolean must be 0 or 1, not ${value}`,
			at,
		);
	return value === 1;
}
