import { Broken, firstDifference } from "../broken.ts";
import { decode, oneChunk } from "../delivery.ts";
import type { Law } from "../law.ts";

const EXHAUSTIVE = 32;

/**
 * Every prefix of short encodings; of long ones those that end near an item boundary, where a decoder is between two
 * states, and those chosen.
 */
export const truncation: Law = {
	name: "truncation is reported wherever it falls",
	damage: false,
	check(subject, { bytes, ends, cuts }) {
		const whole = decode(subject, oneChunk(bytes));
		for (const length of prefixes(bytes.length, ends, cuts)) {
			const count = ends.filter((end) => end <= length).length;
			if (ends[count - 1] === length || length === 0) continue;
			const events = decode(subject, oneChunk(bytes.subarray(0, length)));
			const items = whole.slice(0, count);
			const last = events[count];
			const kept = firstDifference(items, events.slice(0, count)) === -1;
			const reported =
				last?.kind === "error" && last.error.code === "truncated";
			const taken =
				subject.truncation === "item" &&
				(last === undefined || last.kind === "item");
			if (kept && (reported || taken) && events.length <= count + 1) continue;
			throw new Broken(
				`the input ended inside item ${count}, ${length - (ends[count - 1] ?? 0)} bytes into its encoding`,
				[
					{
						title: `expected: ${count} items, then the error truncated`,
						events: items,
					},
					{ title: "what came out", events },
					{
						title: "the input, up to its end",
						bytes: bytes.slice(0, length),
						cuts: ends.slice(0, count).map((at) => ({ at, drain: false })),
					},
				],
			);
		}
	},
};

function prefixes(
	length: number,
	ends: readonly number[],
	cuts: readonly { readonly at: number }[],
): Iterable<number> {
	if (length <= EXHAUSTIVE) return Array.from({ length }, (_, i) => i);
	const near = [0, ...ends].flatMap((end) => [
		end - 1,
		end + 1,
		end + 2,
		end + 5,
	]);
	return new Set(
		[...near, ...cuts.map(({ at }) => at)].filter((n) => n > 0 && n < length),
	);
}
