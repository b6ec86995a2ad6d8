import { most, type Run } from "../decoding.ts";
import type { Execution } from "../execution.ts";
import { decodeGrown, grown, reportGrown, tailOf } from "../growth.ts";
import { type Oracle, report } from "../oracle.ts";
import { probe } from "../probe.ts";

/**
 * Work is linear in the input, however it is cut. It is counted, never timed: loops and calls of the modules under test
 * (fuel), and the bytes that natives copy or search. An input may take so much for each byte; and when it is grown, twice
 * the bytes may take a little more than twice the fuel.
 */
export const linearWork: Oracle = {
	name: "linear-work",
	check(execution) {
		const { whole, data } = execution;
		demandBudget(execution, whole, data.length);
		if (data.length >= FEW) {
			const perByte = whole.work.fuel / data.length;
			if (perByte > probe.mostFuelPerByte) probe.mostFuelPerByte = perByte;
		}
		for (const run of execution.others)
			demandBudget(execution, run, data.length);
		demandEncodingBudget(execution);
		if (execution.thorough && data.length > 0) demandGrowth(execution);
	},
};

/** Fuel for each byte says something from so many bytes on. */
const FEW = 16;

function demandBudget(execution: Execution, run: Run, length: number): void {
	const { fuel, copied } = execution.subject.budget;
	const { work, delivery } = run;
	const chunks = delivery.cuts.length + 1;
	const demand = (what: string, spent: number, plenty: number): void => {
		if (spent > plenty)
			report(
				execution,
				"linear-work",
				`${spent} ${what}, ${delivery.name}; for ${length} bytes of input ${plenty} would be plenty`,
				{
					cuts: length === execution.data.length ? delivery.cuts : [],
					code: what,
				},
			);
	};
	demand("steps", work.fuel, most(fuel, length, chunks));
	demand("bytes copied or searched", work.copied, most(copied, length, chunks));
}

function demandEncodingBudget(execution: Execution): void {
	const { subject, encoded } = execution;
	if (encoded.sent.length === 0) return;
	const { fuel } = subject.budget;
	const plenty = most(fuel, encoded.bytes.length, encoded.sent.length);
	if (encoded.work.fuel > plenty)
		report(
			execution,
			"linear-work",
			`${encoded.work.fuel} steps to encode ${encoded.bytes.length} bytes; ${plenty} would be plenty`,
			{ code: "encode" },
		);
}

const SIZES = [128, 256, 512, 1024];
/** What seems to grow up to the last of these must do so once more: part of a size may be another part of the format. */
const CONFIRMING = 2048;
/** What is no growth: a table, or memory that is made when it is first needed. */
const SPARE = 1024;
/** Twice the bytes are twice the work where that is linear, and four times where it is quadratic. */
const MOST_GROWTH = 3;

/**
 * What each further part takes is compared with the part before it, which is half as long. That it takes much more once may
 * be another part of the format, where bytes cost more; each time, it is growth.
 */
function demandGrowth(execution: Execution): void {
	const tail = tailOf(execution);
	const { data, subject } = execution;
	if (data.length >= (SIZES[0] as number)) return;
	for (const chunk of subject.cuttable ? [1, 512] : [1024]) {
		const fuelFor = (size: number): number => {
			const longer = grown(data, tail, size);
			const run = decodeGrown(execution, longer, chunk);
			if (run.overdrawn === undefined && run.ending?.kind === "fault")
				reportGrown(execution, longer, run.ending);
			demandBudget(execution, run, size);
			return run.work.fuel;
		};
		const spent = SIZES.map(fuelFor);
		if (!grows(spent)) continue;
		spent.push(fuelFor(CONFIRMING));
		if (grows(spent))
			report(
				execution,
				"linear-work",
				`${spent.join(", ")} steps for ${[...SIZES, CONFIRMING].join(", ")} bytes: the input with its last ${tail} bytes repeated, ${chunk === 1 ? "byte by byte" : `in chunks of ${chunk}`}`,
				{ code: "growth" },
			);
	}
}

/** Whether each part took much more than the one before it. */
function grows(spent: readonly number[]): boolean {
	const further = spent.map((fuel, i) => fuel - (spent[i - 1] ?? 0)).slice(1);
	return further.every(
		(fuel, i) => i === 0 || fuel > MOST_GROWTH * (further[i - 1] ?? 0) + SPARE,
	);
}
