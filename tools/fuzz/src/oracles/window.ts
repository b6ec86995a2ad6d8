import { demandSame } from "../compare.ts";
import { WHOLE } from "../execution.ts";
import type { Oracle } from "../oracle.ts";

/**
 * Nothing outside the window is read: a message in the middle of a larger memory means the same, whatever is around it.
 * For layers, deliveries that are cut lie among 0xff, where the first lies among zeros.
 */
export const window: Oracle = {
	name: "window",
	check(execution) {
		if (execution.subject.cuttable && !execution.thorough) return;
		demandSame(
			execution,
			execution.run({
				...WHOLE,
				name: "in one chunk with 0xff around it",
				around: 0xff,
			}),
		);
	},
};
