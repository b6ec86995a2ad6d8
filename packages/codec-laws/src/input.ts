import fc, { type Arbitrary } from "fast-check";
import { Broken } from "./broken.ts";
import { type Snapshot, same } from "./items.ts";
import type { Subject } from "./options.ts";

/** What fast-check chooses in one run. Positions are whole numbers, taken modulo what there is to choose from. */
export type Sample<T> = readonly [
	items: readonly T[],
	damage: Damage,
	cuts: readonly number[],
	choice: number,
];

/** Changes to make to the encodings one after the other, or the bytes to take instead of them. */
type Damage = readonly Change[] | Uint8Array;
type Change = readonly [kind: number, at: number, argument: number];

/** The input of one run: encoded items, whole or damaged, and where to cut it. */
export interface Input<T> {
	/** All items of the sample. */
	readonly chosen: readonly T[];
	/** Those that the encoder took. */
	readonly items: readonly T[];
	/** The offset at which each item's encoding ends. */
	readonly ends: readonly number[];
	/** The encodings one after the other. */
	readonly encoded: Uint8Array;
	/** What to decode: `encoded`, or something worse. */
	readonly bytes: Uint8Array;
	readonly cuts: readonly Cut[];
	/** A whole number, for whatever a law has to choose. */
	readonly choice: number;
}

/** A place to cut the input, and whether to drain the decoder there. */
export interface Cut {
	readonly at: number;
	readonly drain: boolean;
}

const position: Arbitrary<number> = fc.nat({ max: 0xffff });

/** Generates samples: with `damage`, about half of them damaged; otherwise none. */
export function samples<T>(
	subject: Subject<T>,
	damage: boolean,
): Arbitrary<Sample<T>> {
	const none = fc.constant<Damage>([]);
	const { item, garbage } = subject.options;
	return fc.tuple(
		fc.array(item, { maxLength: 5 }),
		damage
			? fc.oneof(
					{ weight: 3, arbitrary: none },
					{
						weight: 3,
						arbitrary: fc.array(
							fc.tuple(fc.nat({ max: CHANGES.length - 1 }), position, position),
							{ minLength: 1, maxLength: 3 },
						),
					},
					{ weight: 1, arbitrary: garbage ?? fc.uint8Array({ maxLength: 40 }) },
					...(garbage === undefined
						? []
						: [{ weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) }]),
				)
			: none,
		fc.array(position, { maxLength: 6 }),
		position,
	);
}

/** Encodes a sample's items and does its damage. */
export function inputOf<T>(
	subject: Subject<T>,
	[chosen, damage, cuts, choice]: Sample<T>,
): Input<T> {
	const { items, encodings } = encode(subject, chosen);
	const encoded = concat(encodings);
	let bytes = encoded;
	if (damage instanceof Uint8Array) bytes = damage;
	else
		for (const [kind, at, argument] of damage)
			bytes = (CHANGES[kind] as Changer)(
				bytes,
				at % (bytes.length + 1),
				argument,
			);
	return {
		chosen,
		items,
		ends: endsOf(encodings),
		encoded,
		bytes,
		cuts: cutsOf(cuts, bytes.length),
		choice,
	};
}

/** Reads chosen positions as places in `length` bytes. Two cuts in one place make an empty chunk. */
function cutsOf(chosen: readonly number[], length: number): Cut[] {
	return chosen
		.map((n) => ({ at: (n >> 1) % (length + 1), drain: n % 2 === 0 }))
		.sort((a, b) => a.at - b.at);
}

/** Adds lengths up. */
export function endsOf(encodings: readonly Uint8Array[]): number[] {
	let end = 0;
	return encodings.map(({ length }) => {
		end += length;
		return end;
	});
}

/** Makes cuts every `size` bytes. */
export function every(size: number, length: number, drain = true): Cut[] {
	const cuts: Cut[] = [];
	for (let at = size; at < length; at += size) cuts.push({ at, drain });
	return cuts;
}

/** Encodes what can be encoded. Each encoding is checked at the end: a later one must not have changed it. */
export function encode<T>(
	subject: Subject<T>,
	chosen: readonly T[],
): { items: T[]; encodings: Uint8Array[] } {
	const encoder = subject.encoder();
	const items: T[] = [];
	const outputs: Uint8Array[] = [];
	const encodings: Uint8Array[] = [];
	for (const item of chosen) {
		const before = subject.snapshot(item);
		const output = attempt(() => encoder.encode(item), before);
		if (!same(before, subject.snapshot(item)))
			throw new Broken("encode() changed its item", [
				{ title: "before", items: [before] },
				{ title: "after", items: [subject.snapshot(item)] },
			]);
		if (output === undefined) continue;
		items.push(item);
		outputs.push(output);
		encodings.push(Uint8Array.prototype.slice.call(output));
	}
	outputs.forEach((output, i) => {
		if (!same(output, encodings[i] as Uint8Array))
			throw new Broken(
				`a later encode() changed what an earlier one had returned, for item ${i}`,
				[
					{ title: "returned", items: [encodings[i] as Uint8Array] },
					{ title: "now", items: [Uint8Array.prototype.slice.call(output)] },
				],
			);
	});
	return { items, encodings };
}

/** Returns what `write` returns, or `undefined` when it refuses the item. */
export function attempt<R>(write: () => R, item: Snapshot): R | undefined {
	try {
		return write();
	} catch (error) {
		if (error instanceof RangeError || error instanceof TypeError)
			return undefined;
		throw new Broken(
			`an encoder may refuse an item with a RangeError or a TypeError; it threw ${error}`,
			[{ title: "the item", items: [item] }],
			error,
		);
	}
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(
		parts.reduce((sum, part) => sum + part.length, 0),
	);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

type Changer = (bytes: Uint8Array, at: number, argument: number) => Uint8Array;

// The mildest first, which is what fast-check shrinks to.
const CHANGES: readonly Changer[] = [
	function truncate(bytes, at) {
		return bytes.slice(0, at);
	},
	function flipBit(bytes, at, bit) {
		const copy = bytes.slice();
		if (at < copy.length) copy[at] = (copy[at] as number) ^ (1 << (bit % 8));
		return copy;
	},
	function overwrite(bytes, at, choice) {
		const number = HOSTILE[choice % HOSTILE.length] as readonly number[];
		return concat([
			bytes.subarray(0, at),
			Uint8Array.from(number),
			bytes.subarray(at + number.length),
		]);
	},
	function remove(bytes, at, length) {
		return concat([
			bytes.subarray(0, at),
			bytes.subarray(at + 1 + (length % 8)),
		]);
	},
	function insert(bytes, at, byte) {
		return concat([
			bytes.subarray(0, at),
			Uint8Array.of(byte & 0xff),
			bytes.subarray(at),
		]);
	},
	function splice(bytes, at, from) {
		const start = from % (bytes.length + 1);
		return concat([
			bytes.subarray(0, at),
			bytes.subarray(start, start + 24),
			bytes.subarray(at),
		]);
	},
	function repeatPrefix(bytes, at, times) {
		const prefix = bytes.subarray(0, at % 16);
		return concat([...Array.from({ length: times % 12 }, () => prefix), bytes]);
	},
];

// What goes wrong in lengths: the most that fits, the sign bit, 1 GiB and 1 MiB in either order and as varints, an
// endless varint and an overlong one, decimal digits; and the end of a header.
const HOSTILE: readonly (readonly number[])[] = [
	[0, 0, 0, 0],
	[0xff, 0xff, 0xff, 0xff],
	[0x7f, 0xff, 0xff, 0xff],
	[0x80, 0, 0, 0],
	[0x40, 0, 0, 0],
	[0, 0, 0, 0x40],
	[0, 0x10, 0, 0],
	[0, 0, 0x10, 0],
	[0x80, 0x80, 0x40],
	[0xff, 0xff, 0xff, 0xff, 0x07],
	[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
	[0x80, 0x80, 0],
	[0x39, 0x39, 0x39, 0x39, 0x39, 0x39, 0x39],
	[0x0d, 0x0a, 0x0d, 0x0a],
];
