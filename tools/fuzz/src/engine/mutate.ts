import { bytesOf, type Comparisons } from "./comparisons.ts";
import { adjusted, lengthFields, splice } from "./lengths.ts";
import type { Random } from "./random.ts";

/** What a mutation may take from. */
export interface Materials {
	/** Other inputs. */
	readonly corpus: readonly { readonly data: Uint8Array }[];
	readonly dictionary: readonly Uint8Array[];
	/** What the input was seen compared with. */
	readonly comparisons: Comparisons;
	/** Inputs made from values. */
	readonly values: readonly Uint8Array[];
	readonly maxLength: number;
}

type Mutation = (
	input: Uint8Array,
	random: Random,
	materials: Materials,
) => Uint8Array;

/** Changes an input in one to eight places. */
export function mutate(
	input: Uint8Array,
	random: Random,
	materials: Materials,
): Uint8Array {
	const times = 1 << random.below(4);
	let output = input;
	for (let i = 0; i < times; i++)
		output = random.pick(MUTATIONS)(output, random, materials);
	return output.length > materials.maxLength
		? output.subarray(0, materials.maxLength)
		: output;
}

/**
 * Splices, and half of the time mends the lengths that seem to count what was changed: without this, nothing behind a
 * length is ever reached.
 */
function spliceAndMend(
	input: Uint8Array,
	at: number,
	removed: number,
	inserted: Uint8Array,
	random: Random,
): Uint8Array {
	const output = splice(input, at, removed, inserted);
	const by = output.length - input.length;
	if (by === 0 || random.oneIn(2)) return output;
	// Lengths are looked for in the input as it was, when they were right.
	const fields = lengthFields(input, at);
	if (fields.length === 0) return output;
	// Often the nearest one, and sometimes a second one around that.
	const index = random.below(
		random.oneIn(2) ? Math.min(4, fields.length) : fields.length,
	);
	const field = fields[index] as (typeof fields)[number];
	const mended = adjusted(output, field, by) ?? output;
	if (index + 1 === fields.length || !random.oneIn(3)) return mended;
	const rest = fields
		.slice(index + 1)
		.filter((outer) => outer.at + outer.width <= field.at);
	return rest.length === 0
		? mended
		: (adjusted(mended, random.pick(rest), by) ?? mended);
}

const NUMBERS = [
	0n,
	1n,
	2n,
	3n,
	4n,
	7n,
	8n,
	15n,
	16n,
	31n,
	32n,
	63n,
	64n,
	65n,
	100n,
	127n,
	128n,
	129n,
	254n,
	255n,
	256n,
	257n,
	512n,
	1000n,
	1024n,
	4095n,
	4096n,
	0x7fffn,
	0x8000n,
	0xffffn,
	0x10000n,
	0x100000n,
	0x4000000n,
	0x7fffffffn,
	0x80000000n,
	0xfffffff0n,
	0xffffffffn,
	0x100000000n,
	0x1fffffffffffffn,
	0x20000000000000n,
	0x7fffffffffffffffn,
	0xffffffffffffffffn,
];
const WIDTHS = [1, 2, 4, 8];

const NOTHING = new Uint8Array();

function flipBit(input: Uint8Array, random: Random): Uint8Array {
	if (input.length === 0) return input;
	const output = input.slice();
	const at = random.below(output.length);
	output[at] = (output[at] as number) ^ (1 << random.below(8));
	return output;
}

function setByte(input: Uint8Array, random: Random): Uint8Array {
	if (input.length === 0) return input;
	const output = input.slice();
	output[random.below(output.length)] = random.below(256);
	return output;
}

function addToByte(input: Uint8Array, random: Random): Uint8Array {
	if (input.length === 0) return input;
	const output = input.slice();
	const at = random.below(output.length);
	output[at] = (output[at] as number) + random.below(35) - 17;
	return output;
}

function setNumber(input: Uint8Array, random: Random): Uint8Array {
	const width = random.pick(WIDTHS);
	if (input.length < width) return input;
	const output = input.slice();
	const bytes = bytesOf(random.pick(NUMBERS), width, random.oneIn(2));
	output.set(bytes, random.below(input.length - width + 1));
	return output;
}

function insertByte(input: Uint8Array, random: Random): Uint8Array {
	const at = random.below(input.length + 1);
	const bytes = new Uint8Array(1 + random.below(8)).fill(random.below(256));
	return spliceAndMend(input, at, 0, bytes, random);
}

function remove(input: Uint8Array, random: Random): Uint8Array {
	if (input.length < 2) return input;
	const at = random.below(input.length);
	const most = Math.min(input.length - at, random.oneIn(8) ? input.length : 16);
	return spliceAndMend(input, at, 1 + random.below(most), NOTHING, random);
}

function duplicate(input: Uint8Array, random: Random): Uint8Array {
	if (input.length === 0) return input;
	const at = random.below(input.length);
	const most = Math.min(input.length - at, random.oneIn(4) ? input.length : 16);
	const piece = input.subarray(at, at + 1 + random.below(most));
	const to = random.oneIn(2) ? at : random.below(input.length + 1);
	return spliceAndMend(input, to, 0, piece, random);
}

/** Repeats a piece until the input is long, for what shows only in deep or long ones. */
function repeat(
	input: Uint8Array,
	random: Random,
	{ maxLength }: Materials,
): Uint8Array {
	if (input.length === 0 || !random.oneIn(8)) return duplicate(input, random);
	const at = random.below(input.length);
	const size = 1 + random.below(Math.min(8, input.length - at));
	const room = Math.max(0, maxLength - input.length);
	const times = Math.min(1 << random.below(13), Math.floor(room / size));
	const pieces = new Uint8Array(times * size);
	for (let i = 0; i < times; i++)
		pieces.set(input.subarray(at, at + size), i * size);
	return spliceAndMend(input, at, 0, pieces, random);
}

function crossOver(
	input: Uint8Array,
	random: Random,
	{ corpus }: Materials,
): Uint8Array {
	const { data } = random.pick(corpus);
	if (data.length === 0) return input;
	const from = random.below(data.length);
	const piece = data.subarray(
		from,
		from + 1 + random.below(data.length - from),
	);
	const at = random.below(input.length + 1);
	const removed = random.pick([0, input.length, piece.length]);
	return spliceAndMend(input, at, removed, piece, random);
}

/** Puts two inputs one behind the other, or one in the place of the other. */
function append(
	input: Uint8Array,
	random: Random,
	{ corpus, values }: Materials,
): Uint8Array {
	const other =
		values.length > 0 && random.oneIn(2)
			? random.pick(values)
			: random.pick(corpus).data;
	return random.oneIn(2)
		? splice(input, input.length, 0, other)
		: splice(other, other.length, 0, input);
}

function useWord(
	input: Uint8Array,
	random: Random,
	{ dictionary }: Materials,
): Uint8Array {
	if (dictionary.length === 0) return setByte(input, random);
	const word = random.pick(dictionary);
	const at = random.below(input.length + 1);
	return spliceAndMend(
		input,
		at,
		random.oneIn(2) ? word.length : 0,
		word,
		random,
	);
}

function useValue(
	input: Uint8Array,
	random: Random,
	{ values }: Materials,
): Uint8Array {
	if (values.length === 0) return setNumber(input, random);
	const value = random.pick(values);
	if (random.oneIn(3)) return value;
	const from = random.below(value.length);
	const piece = value.subarray(
		from,
		from + 1 + random.below(value.length - from),
	);
	return spliceAndMend(
		input,
		random.below(input.length + 1),
		random.oneIn(2) ? piece.length : 0,
		piece,
		random,
	);
}

/** Puts what the code under test wants in the place of what it found. */
function useComparison(
	input: Uint8Array,
	random: Random,
	{ comparisons }: Materials,
): Uint8Array {
	const picked = comparisons.isEmpty ? undefined : comparisons.pick(random);
	if (picked === undefined) return flipBit(input, random);
	const { from, to } = picked;
	const at = find(input, from, random);
	if (at !== -1) return spliceAndMend(input, at, from.length, to, random);
	// What is not in the input as it stands may still be wanted there.
	if (!random.oneIn(4)) return input;
	return spliceAndMend(
		input,
		random.below(input.length + 1),
		random.oneIn(2) ? to.length : 0,
		to,
		random,
	);
}

/** Makes what the code under test wants all that is behind a length, whatever was there. */
function fillField(
	input: Uint8Array,
	random: Random,
	{ comparisons, dictionary }: Materials,
): Uint8Array {
	const wanted =
		!comparisons.isEmpty && !random.oneIn(4)
			? (comparisons.pick(random)?.to ?? NOTHING)
			: dictionary.length > 0
				? random.pick(dictionary)
				: NOTHING;
	const at = random.below(input.length + 1);
	const fields = lengthFields(input, at).filter(
		(field) => field.at + field.width + field.value <= input.length,
	);
	if (fields.length === 0) return input;
	const field = random.pick(fields);
	const start = field.at + field.width;
	const output = splice(input, start, field.value, wanted);
	return adjusted(output, field, wanted.length - field.value) ?? output;
}

/** Where some bytes are: anywhere behind a random place, or else anywhere. */
function find(input: Uint8Array, bytes: Uint8Array, random: Random): number {
	if (bytes.length === 0) return -1;
	const view = Buffer.from(input.buffer, input.byteOffset, input.length);
	const start = random.below(input.length + 1);
	const at = view.indexOf(bytes, start);
	return at === -1 ? view.indexOf(bytes) : at;
}

/** Changes a decimal number. */
function setDigits(input: Uint8Array, random: Random): Uint8Array {
	const start = random.below(input.length);
	for (let at = start; at < input.length; at++) {
		const byte = input[at] as number;
		if (byte < 48 || byte > 57) continue;
		let end = at + 1;
		while (
			end < input.length &&
			(input[end] as number) >= 48 &&
			(input[end] as number) <= 57
		)
			end += 1;
		return splice(
			input,
			at,
			end - at,
			Buffer.from(
				`${random.oneIn(2) ? random.below(32) : random.pick(NUMBERS)}`,
			),
		);
	}
	return addToByte(input, random);
}

// What brings more stands here more than once.
const MUTATIONS: readonly Mutation[] = [
	flipBit,
	setByte,
	addToByte,
	setNumber,
	insertByte,
	remove,
	repeat,
	crossOver,
	append,
	useWord,
	useValue,
	setDigits,
	useComparison,
	useComparison,
	fillField,
];
