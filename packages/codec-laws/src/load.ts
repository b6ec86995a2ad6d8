import fc from "fast-check";
import { Broken } from "./broken.ts";
import { concat, encode, endsOf } from "./input.ts";
import type { Subject } from "./options.ts";

/** Items and their encodings, more of them than in a run: for what shows in large inputs only. */
export interface Load<T> {
	readonly items: readonly T[];
	/** The offset at which each item's encoding ends. */
	readonly ends: readonly number[];
	readonly bytes: Uint8Array;
}

/** A kind of load, in any size. */
export interface Shape<T> {
	readonly name: string;
	/** Makes about `size` bytes; `undefined` when the encoder refuses that. */
	load(size: number): Load<T> | undefined;
}

/** The kinds of load that a layer can take. They do not depend on chance. */
export function shapesOf<T>(subject: Subject<T>): Shape<T>[] {
	const some = fc.sample(subject.options.item, { numRuns: 64, seed: 1 });
	const small = loadOf(subject, some).bytes.length;
	const grow = subject.options.grow ?? growthOf(some);
	const shapes: Shape<T>[] = [];
	if (small > 0)
		shapes.push({
			name: "many small items",
			load(size) {
				const length = Math.ceil(size / small);
				return loadOf(subject, Array.from({ length }, () => some).flat());
			},
		});
	if (grow !== undefined)
		shapes.push({
			name: "one big item",
			load(size) {
				const load = loadOf(subject, [grow(size)]);
				return load.items.length === 1 ? load : undefined;
			},
		});
	return shapes;
}

/** Grows items that are nothing but bytes, or nothing but text. */
function growthOf<T>(some: readonly T[]): ((n: number) => T) | undefined {
	if (some.every((item) => item instanceof Uint8Array))
		return (n) => new Uint8Array(n) as T;
	if (some.every((item) => typeof item === "string"))
		return (n) => "a".repeat(n) as T;
	return undefined;
}

/** Halves `size` until a load of it can be made. Returns `undefined` when none is large enough to tell anything. */
export function largestOf<T>(
	subject: Subject<T>,
	shape: Shape<T>,
	size: number,
): number | undefined {
	for (let n = size; n >= 1024; n /= 2)
		if (shape.load(n) !== undefined) return n;
	if (subject.options.grow !== undefined)
		throw new Broken(
			"the encoder refuses all that the option `grow` makes for 1,024 bytes and more",
			[],
		);
	return undefined;
}

function loadOf<T>(subject: Subject<T>, chosen: readonly T[]): Load<T> {
	const { items, encodings } = encode(subject, chosen);
	return { items, ends: endsOf(encodings), bytes: concat(encodings) };
}
