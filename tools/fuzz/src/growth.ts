import {
	type Delivery,
	decode,
	type Ending,
	lineOf,
	type Run,
} from "./decoding.ts";
import { type Execution, every } from "./execution.ts";
import { report } from "./oracle.ts";
import { hex } from "./write-down.ts";

/**
 * Makes an input longer that has got a decoder somewhere: repeats its last bytes, so that what is incomplete there grows,
 * or all of it, so that there are more of its items.
 *
 *     00 00 40 00 61          ->  00 00 40 00 61 61 61 61 ...
 *     61 0a                   ->  61 0a 61 0a 61 0a 61 0a ...
 */
export function grown(
	data: Uint8Array,
	tail: number,
	length: number,
): Uint8Array {
	const longer = new Uint8Array(length);
	longer.set(data.subarray(0, length));
	for (let at = data.length; at < length; at++)
		longer[at] = longer[at - tail] as number;
	return longer;
}

/** How many of the last bytes to repeat: all, one, or a few; the input decides. */
export function tailOf({ data, hash }: Execution): number {
	const few = 1 + ((hash >>> 8) % Math.min(8, data.length));
	return [data.length, 1, few][hash % 3] as number;
}

/** Decodes a grown input, in the ways that show quadratic work. */
export function decodeGrown(
	{ subject }: Execution,
	data: Uint8Array,
	size: number,
): Run {
	const delivery: Delivery = {
		name: size === 1 ? "byte by byte" : `in chunks of ${size}`,
		cuts: subject.cuttable ? every(size, data.length) : [],
		around: 0,
	};
	return decode(subject, data, delivery);
}

/** Reports what a grown input made a decoder throw. */
export function reportGrown(
	execution: Execution,
	longer: Uint8Array,
	ending: Ending,
): void {
	report(
		execution,
		"declared-errors",
		`${lineOf(ending)}, when the input goes on as it ends, to ${longer.length} bytes`,
		{
			events: {
				expected: ["items, and a declared error at the most"],
				actual: [hex(longer), lineOf(ending)],
			},
			error: ending.error,
		},
	);
}
