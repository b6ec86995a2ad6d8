import { stringify } from "fast-check";

/** An item as it was at one moment: a copy of its bytes, or its text. What happens to the item later leaves it alone. */
export type Snapshot = Uint8Array | string;

/** Tells whether two snapshots are of the same item. */
export function same(a: Snapshot, b: Snapshot): boolean {
	if (typeof a === "string" || typeof b === "string") return a === b;
	return sameBytes(a, b);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}

/** Copies an item. Bytes stay bytes: writing them out as text in every run would be most of a law's work. */
export function snapshot(item: unknown): Snapshot {
	if (item instanceof Uint8Array)
		// Not item.slice(): a Buffer's is a view.
		return Uint8Array.prototype.slice.call(item);
	if (typeof item === "string") return JSON.stringify(item);
	if (typeof item === "number" && !Object.is(item, -0)) return String(item);
	// A view of a chunk is a Buffer where the chunk was one. That is the pushing side's doing, not the decoder's.
	return stringify(item).replaceAll("Buffer.from(", "Uint8Array.from(");
}

/** Writes a snapshot down. */
export function show(item: Snapshot): string {
	if (typeof item === "string") return item;
	return Array.from(item, byteInHex).join(" ") || "(no bytes)";
}

export function byteInHex(byte: number): string {
	return byte.toString(16).padStart(2, "0");
}

/**
 * Tells whether two items are equal by structure: neither the order of a plain object's keys matters, nor whether it has
 * `Object.prototype`, which those of `fc.record` do not have.
 */
export function equalItems(a: unknown, b: unknown): boolean {
	if (Object.is(a, b)) return true;
	if (a instanceof Uint8Array && b instanceof Uint8Array)
		return sameBytes(a, b);
	if (Array.isArray(a) && Array.isArray(b))
		return (
			a.length === b.length && a.every((item, i) => equalItems(item, b[i]))
		);
	if (!isPlain(a) || !isPlain(b)) return stringify(a) === stringify(b);
	const keys = Object.keys(a);
	return (
		keys.length === Object.keys(b).length &&
		keys.every((key) => Object.hasOwn(b, key) && equalItems(a[key], b[key]))
	);
}

function isPlain(value: unknown): value is Record<string, unknown> {
	if (typeof value !== "object" || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}
