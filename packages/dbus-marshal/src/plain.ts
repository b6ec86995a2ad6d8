import { Variant } from "./variant.ts";

/** What `plain` makes of a value of type T. */
export type Plain<T> =
	T extends Variant<string, infer Value>
		? Plain<Value>
		: T extends Uint8Array
			? T
			: T extends Map<infer Key, infer Value>
				? Map<Key, Plain<Value>>
				: T extends object
					? { [Key in keyof T]: Plain<T[Key]> }
					: T;

/**
 * Copies a decoded value with its variants replaced by what is in them, at every depth.
 *
 *     plain(new Map([["Volume", new Variant("d", 0.5)]]))   // Map { "Volume" => 0.5 }
 *
 * Bytes are not copied. What it returns does not tell an `i` from a `u`, so it cannot be encoded as it was.
 */
export function plain<T>(value: T): Plain<T> {
	return unwrap(value) as Plain<T>;
}

function unwrap(value: unknown): unknown {
	if (typeof value !== "object" || value === null) return value;
	if (value instanceof Variant) return unwrap(value.value);
	if (value instanceof Uint8Array) return value;
	if (Array.isArray(value)) return value.map(unwrap);
	if (value instanceof Map) {
		const copy = new Map<unknown, unknown>();
		for (const [key, inner] of value) copy.set(key, unwrap(inner));
		return copy;
	}
	const copy: Record<string, unknown> = Object.create(null);
	for (const [key, inner] of Object.entries(value)) copy[key] = unwrap(inner);
	return copy;
}
