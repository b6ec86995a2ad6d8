import type { ElementArray, ElementKind } from "./layout.ts";

// A loop needs no view, and up to about here it is not slower than making one.
const LOOP_LIMIT = 128;

/** Copies `count` elements. Makes no object, unless it copies more than 128 elements that are a part of `source`. */
export function copyElements<K extends ElementKind>(
	target: ElementArray<K>,
	at: number,
	source: ElementArray<K>,
	start: number,
	count: number,
): void {
	if (count === source.length) target.set(source, at);
	else if (count > LOOP_LIMIT)
		target.set(source.subarray(start, start + count), at);
	else
		for (let i = 0; i < count; i++)
			target[at + i] = source[start + i] as number;
}
