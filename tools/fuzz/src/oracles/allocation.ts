import { most, type Run } from "../decoding.ts";
import type { Execution } from "../execution.ts";
import { type Oracle, report } from "../oracle.ts";

/** All memory asked for comes to a constant for each byte of input: nothing is allocated because it was announced. */
export const allocation: Oracle = {
	name: "allocation",
	check(execution) {
		check(execution, execution.whole);
		for (const run of execution.others) check(execution, run);
	},
};

function check(execution: Execution, { overdrawn, delivery }: Run): void {
	if (overdrawn === undefined) return;
	const { subject, data } = execution;
	const chunks = delivery.cuts.length + 1;
	const plenty = most(subject.budget.allocated, data.length, chunks);
	report(
		execution,
		"allocation",
		`${overdrawn.message}, ${delivery.name}; for ${data.length} bytes of input ${plenty} would be plenty`,
		{ cuts: delivery.cuts, error: overdrawn },
	);
}
