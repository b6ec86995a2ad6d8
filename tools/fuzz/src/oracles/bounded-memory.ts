import { eventsOf, faultOf, type Run } from "../decoding.ts";
import type { Execution } from "../execution.ts";
import { grown, reportGrown, tailOf } from "../growth.ts";
import { type Oracle, report } from "../oracle.ts";
import { type Retained, retainedBy } from "../retained.ts";

/**
 * What a drained decoder holds is bounded by what it has received of an unfinished item, after every push: the bytes that it
 * says it holds, the memory that it can reach with whole backing buffers, and the pieces that this is in.
 */
export const boundedMemory: Oracle = {
	name: "bounded-memory",
	check(execution) {
		if (!execution.subject.cuttable) return;
		for (const run of execution.others) demandBound(execution, run);
		if (execution.thorough && execution.data.length > 0)
			demandRetained(execution);
	},
};

function demandBound(execution: Execution, run: Run): void {
	const { bytes, most, received } = run.held;
	if (bytes > most)
		report(
			execution,
			"bounded-memory",
			`the drained decoder holds ${bytes} bytes, after ${received} bytes ${run.delivery.name}; ${most} would be allowed`,
			{
				events: { expected: [], actual: eventsOf(run) },
				cuts: run.delivery.cuts.filter((at) => at <= received),
			},
		);
}

const LENGTH = 640;
/** More pieces than this are one for each chunk. */
const MOST_PIECES = 128;

/** Feeds a grown input byte by byte, and looks into the decoder. */
function demandRetained(execution: Execution): void {
	const tail = tailOf(execution);
	const { subject, data } = execution;
	const longer = grown(data, tail, Math.max(LENGTH, data.length));
	const decoder = subject.decoder();
	let start = 0;
	try {
		for (let at = 0; at < longer.length; at++) {
			decoder.push(longer.slice(at, at + 1));
			while (decoder.pull() !== undefined) start = decoder.itemOffset ?? at;
		}
	} catch (error) {
		// Whether one that has died holds something is another oracle's business.
		if (subject.declared(error) === undefined)
			reportGrown(execution, longer, faultOf("the decoder", error));
		return;
	}
	const retained: Retained = retainedBy(decoder, subject.decoder());
	const most = subject.maxHeld(longer.length - start) + OBJECTS;
	if (retained.bytes > most || retained.pieces > MOST_PIECES)
		report(
			execution,
			"bounded-memory",
			`the drained decoder keeps ${retained.bytes} bytes alive in ${retained.pieces} pieces, after ${longer.length} bytes, the input with its last ${tail} bytes repeated, byte by byte; ${most} bytes in ${MOST_PIECES} pieces would be allowed`,
			{ code: retained.bytes > most ? "bytes" : "pieces" },
		);
}

/** What the tables and options of a decoder may come to, that hold no input. */
const OBJECTS = 8192;
