import type { DecodeErrorCode } from "@framewright/codec";
import { DecodeError } from "@framewright/codec";
import { eventsOf, type Run } from "../decoding.ts";
import type { Execution } from "../execution.ts";
import { type Oracle, report } from "../oracle.ts";

/** Parse it, or throw a declared error with a place inside the input: never anything else. */
export const declaredErrors: Oracle = {
	name: "declared-errors",
	check(execution) {
		check(execution, execution.whole);
		for (const run of execution.others) check(execution, run);
	},
};

// As a record, so that the compiler asks for a code that was added to the union.
const CODES: Record<DecodeErrorCode, true> = {
	truncated: true,
	"too-large": true,
	"too-deep": true,
	"invalid-length": true,
	overlong: true,
	"invalid-utf8": true,
	"invalid-syntax": true,
	"invalid-value": true,
};

function check(execution: Execution, run: Run): void {
	const { ending, delivery } = run;
	if (ending === undefined || run.overdrawn !== undefined) return;
	const { length } = execution.data;
	let what: string;
	if (ending.kind === "fault") what = ending.what;
	else {
		const { code, offset } = ending;
		if (ending.error instanceof DecodeError && !Object.hasOwn(CODES, code))
			what = `${code} is not a declared code`;
		else if (
			offset !== undefined &&
			!(Number.isInteger(offset) && offset >= 0 && offset <= length)
		)
			what = `the offset ${offset} is not within the ${length} bytes of input`;
		else return;
	}
	report(execution, "declared-errors", `${what}, ${delivery.name}`, {
		events: {
			expected: ["items, and a declared error at the most"],
			actual: eventsOf(run),
		},
		cuts: delivery.cuts,
		error: ending.error,
	});
}
