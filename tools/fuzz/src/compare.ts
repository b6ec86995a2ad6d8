import {
	type Delivery,
	eventsOf,
	firstDifference,
	type Run,
} from "./decoding.ts";
import type { Execution } from "./execution.ts";
import { report } from "./oracle.ts";
import type { OracleName } from "./subject.ts";

/**
 * Demands that a decoding came to the same as the one in one chunk. A delivery changes several things at once, to spare
 * runs: what differs is tried again with one of them at a time, to tell whose fault it is.
 */
export function demandSame(execution: Execution, run: Run): void {
	if (firstDifference(execution.whole, run) === -1) return;
	const [oracle, message, guilty] = culprit(execution, run);
	const { whole } = execution;
	const difference = firstDifference(whole, guilty);
	report(execution, oracle, `${message}, ${guilty.delivery.name}`, {
		events: {
			expected: eventsOf(whole, difference),
			actual: eventsOf(guilty, difference),
		},
		cuts: guilty.delivery.cuts,
		code: codeOf(whole, guilty),
	});
}

function culprit(
	execution: Execution,
	run: Run,
): [oracle: OracleName, message: string, guilty: Run] {
	const { name, cuts, lazy = false, around, buffers = false } = run.delivery;
	const plain: Delivery = { name, cuts, lazy, around: 0 };
	const suspects: readonly [OracleName, string, Delivery][] = [
		["any-cut", "the cut changed what came out", plain],
		[
			"window",
			"what lies around the input changed what came out",
			{ ...plain, around },
		],
		[
			"aliasing",
			"what came out depends on chunks that had been drained",
			{ ...plain, buffers, scrub: true },
		],
		["any-cut", "it matters that chunks are Buffers", { ...plain, buffers }],
	];
	for (const [oracle, message, delivery] of suspects) {
		const again = execution.run(delivery);
		if (firstDifference(execution.whole, again) !== -1)
			return [oracle, message, again];
	}
	return ["any-cut", "the same input came to something else", run];
}

/** What tells apart differences: how each ended. */
function codeOf(a: Run, b: Run): string {
	const code = ({ ending }: Run): string =>
		ending === undefined
			? "clean"
			: ending.kind === "error"
				? ending.code
				: "fault";
	return `${code(a)} or ${code(b)}`;
}
