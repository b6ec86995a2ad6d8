import { probe } from "../probe.ts";
import type { Executor } from "./executor.ts";
import { describe, roughKey } from "./fault.ts";
import { adjusted, type LengthField, lengthFields, splice } from "./lengths.ts";

/** How much may be spent on making one input smaller, so that it ends for slow faults, too: executions, and fuel. */
const MOST_RUNS = 20_000;
const MOST_FUEL = 2_000_000_000;

/** What an input is when it is smaller and still shows the same fault. */
export interface Minimised {
	readonly input: Uint8Array;
	readonly runs: number;
}

/**
 * Makes an input smaller, as long as `isSame` says that its fault is the same: takes pieces out, with and without mending
 * the lengths around them, and sets to zero what need not be anything else.
 */
export function minimiseBy(
	input: Uint8Array,
	isSame: (candidate: Uint8Array) => boolean,
	mayGoOn: () => boolean,
): Minimised {
	let best = input;
	let runs = 0;
	const seen = new Set<string>();

	function accept(candidate: Uint8Array | undefined): boolean {
		if (candidate === undefined || !mayGoOn() || runs >= MOST_RUNS)
			return false;
		const text = Buffer.from(candidate).toString("latin1");
		if (seen.has(text)) return false;
		seen.add(text);
		runs += 1;
		if (!isSame(candidate)) return false;
		best = candidate;
		return true;
	}

	for (let changed = true; changed; ) {
		changed = false;
		for (const size of sizesOf(best.length))
			for (let at = Math.max(0, best.length - size); at >= 0; at -= size)
				while (at < best.length && removeAt(at, size)) changed = true;
		for (let at = 0; at < best.length; at++) if (simplifyAt(at)) changed = true;
	}
	return { input: best, runs };

	function removeAt(at: number, size: number): boolean {
		const before = best;
		const shorter = splice(before, at, size, NOTHING);
		if (accept(shorter)) return true;
		const by = shorter.length - before.length;
		const fields = likeliest(lengthFields(before, at), before.length);
		for (const field of fields) {
			const mended = adjusted(shorter, field, by);
			if (accept(mended)) return true;
			if (mended === undefined) continue;
			// The length around this one.
			for (const outer of fields)
				if (
					outer.at + outer.width <= field.at &&
					accept(adjusted(mended, outer, by))
				)
					return true;
		}
		return false;
	}

	/** Tries simpler bytes in a place: zero, a digit or letter for another, and numbers half as large. */
	function simplifyAt(at: number): boolean {
		const byte = best[at] as number;
		for (const simpler of [0, 0x30, 0x61, byte >> 1, byte - 1]) {
			if (simpler >= byte || simpler < 0) continue;
			// Readable bytes stay readable.
			if (simpler !== 0 && simpler < 0x20 && byte >= 0x20) continue;
			const candidate = best.slice();
			candidate[at] = simpler;
			if (accept(candidate)) return true;
		}
		return false;
	}
}

/** Powers of two, and half as much again, for fields are aligned: from all that there is down to a byte. */
function sizesOf(length: number): number[] {
	// Nothing can be taken out of nothing.
	if (length === 0) return [];
	const sizes = [length];
	for (let size = 2 ** 31; size >= 1; size /= 2)
		for (const one of [1.5 * size, size])
			if (one < length && Number.isInteger(one)) sizes.push(one);
	return sizes;
}

const NOTHING = new Uint8Array();
const MOST_FIELDS = 8;

/** Lengths of all that follows come first, and then the nearest: each one that is tried costs a run. */
function likeliest(
	fields: readonly LengthField[],
	length: number,
): LengthField[] {
	const isOfAll = ({ at, width, value }: LengthField): boolean =>
		at + width + value === length;
	return [
		...fields.filter(isOfAll),
		...fields.filter((field) => !isOfAll(field)),
	].slice(0, MOST_FIELDS);
}

/** Makes an input smaller that shows a fault in this process. */
export function minimise(executor: Executor, input: Uint8Array): Minimised {
	const limit = Error.stackTraceLimit;
	try {
		Error.stackTraceLimit = 25;
		const first = executor.run(input, true);
		if (first === undefined) return { input, runs: 1 };
		const { key } = describe(first);
		const quick = executor.run(input, false);
		const thorough = quick === undefined || describe(quick).key !== key;
		const hasFrame = !key.endsWith("| ");
		if (!hasFrame) Error.stackTraceLimit = 0;
		const rough = roughKey(first).split(" | ", 2).join();
		let fuel = 0;
		return minimiseBy(
			input,
			(candidate) => {
				const error = executor.run(candidate, thorough);
				fuel += probe.fuelSpent;
				if (error === undefined) return false;
				// Stacks are dear, and the same fault has the same oracle and code.
				if (roughKey(error).split(" | ", 2).join() !== rough) return false;
				return describe(error).key === key;
			},
			() => fuel < MOST_FUEL,
		);
	} finally {
		Error.stackTraceLimit = limit;
	}
}
