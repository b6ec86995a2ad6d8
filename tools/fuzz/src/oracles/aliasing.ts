import { demandSame } from "../compare.ts";
import { eventsOf, type Run } from "../decoding.ts";
import type { Execution } from "../execution.ts";
import { asks, type Oracle, report } from "../oracle.ts";

/**
 * The input is never written to, and may be overwritten once it was drained: neither what comes next depends on it, nor
 * items that are copies.
 */
export const aliasing: Oracle = {
	name: "aliasing",
	check(execution) {
		const { subject, whole, others } = execution;
		demandUntouched(execution, whole);
		for (const run of others) demandUntouched(execution, run);
		// Each chunk is scrubbed there once it was drained. Who asks about cuts has compared them.
		if (!asks(subject, "any-cut"))
			for (const run of others) demandSame(execution, run);
		if (!subject.views) demandCopies(execution);
	},
};

function demandUntouched(execution: Execution, run: Run): void {
	if (run.wrote)
		report(
			execution,
			"aliasing",
			`the decoder wrote to its input, or around it, ${run.delivery.name}`,
			{ events: { expected: [], actual: eventsOf(run) } },
		);
}

/** Overwrites the memory of a decoding whose items are kept. */
function demandCopies(execution: Execution): void {
	const run = execution.run({ ...execution.whole.delivery, scrub: true });
	const { subject } = execution;
	const after = run.values.map((item) => subject.show(item));
	const changed = after.findIndex((text, i) => text !== run.items[i]);
	if (changed !== -1)
		report(
			execution,
			"aliasing",
			`item ${changed} changed when the input was overwritten`,
			{
				events: {
					expected: run.items.slice(0, changed + 1),
					actual: after.slice(0, changed + 1),
				},
			},
		);
}
