import fc from "fast-check";
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
	/** Makes loads of about `from` bytes, twice that, and so on to `to` bytes, as far as the encoder takes them. */
	loads(from: number, to: number): Iterable<Load<T>>;
}

/** The kinds of load that a layer can take. They do not depend on chance. */
export function shapesOf<T>(subject: Subject<T>): Shape<T>[] {
	const some = fc.sample(subject.options.item, { numRuns: 64, seed: 1 });
	const grow = subject.options.grow ?? growthOf(some);
	const shapes: Shape<T>[] = [];
	if (grow !== undefined) shapes.push(oneBigItem(subject, grow));
	const { items, encodings } = encode(subject, some);
	if (encodings.some(({ length }) => length > 0))
		shapes.push({
			name: "many small items",
			*loads(from, to) {
				for (let size = from; size <= to; size *= 2) {
					const chosen: T[] = [];
					for (let i = 0, bytes = 0; bytes < size; i++) {
						chosen.push(items[i % items.length] as T);
						bytes += encodings[i % items.length]?.length ?? 0;
					}
					yield loadOf(subject, chosen);
				}
			},
		});
	return shapes;
}

function oneBigItem<T>(subject: Subject<T>, grow: (n: number) => T): Shape<T> {
	const load = (size: number): Load<T> => loadOf(subject, [grow(size)]);
	if (subject.options.grow !== undefined && load(LEAST).items.length === 0)
		throw new RangeError(`The encoder refuses what grow(${LEAST}) returns`);
	return {
		name: "one big item",
		*loads(from, to) {
			for (let size = from; size <= to; size *= 2) {
				const one = load(size);
				if (one.items.length === 0) return;
				yield one;
			}
		},
	};
}

/** The smallest size that a law asks for. */
const LEAST = 128;

/** Grows items that are nothing but bytes, or nothing but text. */
function growthOf<T>(some: readonly T[]): ((n: number) => T) | undefined {
	if (some.every((item) => item instanceof Uint8Array))
		return (n) => new Uint8Array(n) as T;
	if (some.every((item) => typeof item === "string"))
		return (n) => "a".repeat(n) as T;
	return undefined;
}

function loadOf<T>(subject: Subject<T>, chosen: readonly T[]): Load<T> {
	const { items, encodings } = encode(subject, chosen);
	return { items, ends: endsOf(encodings), bytes: concat(encodings) };
}
