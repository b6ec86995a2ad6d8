import { demandSame } from "../compare.ts";
import type { Oracle } from "../oracle.ts";

/** The same items, the same error and the same offsets, however the input is cut. */
export const anyCut: Oracle = {
	name: "any-cut",
	check(execution) {
		if (!execution.subject.cuttable) return;
		for (const run of execution.others) demandSame(execution, run);
		if (!execution.thorough) return;
		const { length } = execution.data;
		const pairs = length <= MOST_FOR_PAIRS;
		if (length > MOST_FOR_ONE) return;
		for (let a = 1; a < length; a++)
			for (let b = pairs ? a : length; b <= length; b++)
				demandSame(
					execution,
					execution.run({
						name: "cut",
						cuts: b === length ? [a] : [a, b],
						around: 0xff,
						scrub: true,
					}),
				);
	},
};

/** Every pair of cuts up to so many bytes, every single one up to so many. */
const MOST_FOR_PAIRS = 12;
const MOST_FOR_ONE = 64;
