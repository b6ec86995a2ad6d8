import type { ElementArray, ElementKind } from "./layout.ts";

// A loop needs no view, and up to about here it is not slower than making one.
const LOOP_LIMIT = 128;
/** Elements from which on a second copy is quicker than an unaligned one. */
const DETOUR_FROM = 512;
const DETOUR_BYTES = 16_384;
let detour: Uint8Array | undefined;

/** Copies `count` elements. Makes no object, unless it copies more than 128 elements that are a part of `source`. */
export function copyElements<K extends ElementKind>(
	target: ElementArray<K>,
	at: number,
	source: ElementArray<K>,
	start: number,
	count: number,
): void {
	const whole = count === source.length;
	if (count < DETOUR_FROM && whole) target.set(source, at);
	else if (count >= DETOUR_FROM && !areAligned(target, at, source, start))
		copyUnaligned(
			viewBytes(target, at, count),
			viewBytes(source, start, count),
		);
	else if (whole) target.set(source, at);
	else if (count > LOOP_LIMIT)
		target.set(source.subarray(start, start + count), at);
	else
		for (let i = 0; i < count; i++)
			target[at + i] = source[start + i] as number;
}

/** Tells whether two elements lie in the same way to multiples of 8. */
function areAligned<K extends ElementKind>(
	target: ElementArray<K>,
	at: number,
	source: ElementArray<K>,
	start: number,
): boolean {
	const shift = target.byteOffset - source.byteOffset;
	return ((shift + (at - start) * target.BYTES_PER_ELEMENT) & 7) === 0;
}

/**
 * Copies between arrays that lie differently to multiples of 8. V8 does that byte by byte if one of them is shared, but not
 * if none is: so the bytes go through memory that is not, and lie there as they do in an array that is shared.
 */
function copyUnaligned(target: Uint8Array, source: Uint8Array): void {
	detour ??= new Uint8Array(DETOUR_BYTES + 8);
	const from = (isShared(source) ? source : target).byteOffset & 7;
	const to = (isShared(target) ? target : source).byteOffset & 7;
	for (let at = 0; at < source.length; at += DETOUR_BYTES) {
		const part = source.subarray(at, at + DETOUR_BYTES);
		detour.set(part, from);
		if (to !== from) detour.copyWithin(to, from, from + part.length);
		target.set(detour.subarray(to, to + part.length), at);
	}
}

function isShared({ buffer }: Uint8Array): boolean {
	return !(buffer instanceof ArrayBuffer);
}

function viewBytes(
	elements: ElementArray<ElementKind>,
	start: number,
	count: number,
): Uint8Array {
	const { buffer, byteOffset, BYTES_PER_ELEMENT: width } = elements;
	return new Uint8Array(buffer, byteOffset + start * width, count * width);
}
