import { findTable, type Place, type Results } from "./results.ts";

/** A ratio that has to be at least, or at most, so large. */
export interface Bar {
	readonly suite: string;
	readonly text: string;
	readonly atLeast?: number;
	readonly atMost?: number;
	/** The ratio, or undefined if it was not measured. */
	measured(results: Results): number | undefined;
}

/** How many times as fast as the fastest of `theirs` the row `ours` is, in MB/s. */
export function speed(
	place: Place,
	ours: string,
	...theirs: string[]
): Bar["measured"] {
	return times("MB/s", place, ours, ...theirs);
}

/** How many times as much of a measure the row `ours` has as the best of `theirs`. */
export function times(
	measure: string,
	place: Place,
	ours: string,
	...theirs: string[]
): Bar["measured"] {
	return (results) => {
		const rows = findTable(results, place)?.rows ?? {};
		const mine = rows[ours]?.[measure];
		const best = theirs.map((name) => rows[name]?.[measure] ?? 0);
		return mine === undefined || best.every((rate) => rate === 0)
			? undefined
			: mine / Math.max(...best);
	};
}
