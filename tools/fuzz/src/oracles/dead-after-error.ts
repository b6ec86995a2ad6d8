import { eventsOf, lineOf, pull, sameEnding } from "../decoding.ts";
import type { Execution } from "../execution.ts";
import { type Oracle, report } from "../oracle.ts";

/** After an error, any later push and pull gives the same error, hands over nothing and holds nothing. */
export const deadAfterError: Oracle = {
	name: "dead-after-error",
	check(execution) {
		const { subject, whole, data } = execution;
		const { decoder, ending } = whole;
		if (!subject.cuttable || ending?.kind !== "error") return;
		demandDead(execution, "after the error");
		// To push after end() is a mistake of the caller, whether the decoder is dead or not.
		if (whole.ended) return;
		for (const more of [data, ZEROS]) {
			// Whoever writes to it must not spoil the other runs.
			attempt(execution, "push()", () => decoder.push(more.slice()));
			demandDead(execution, "after the error and a push");
		}
		attempt(execution, "end()", () => decoder.end());
		demandDead(execution, "after the error and end()");
	},
};

const ZEROS = new Uint8Array(64);

function demandDead(execution: Execution, when: string): void {
	const { subject, whole } = execution;
	const { bytesHeld = 0 } = whole.decoder;
	const now = pull(subject, whole.decoder);
	const same = now !== undefined && "ending" in now;
	if (!same || !sameEnding(now.ending, whole.ending))
		report(
			execution,
			"dead-after-error",
			`${when} pull() gave something else than its error`,
			{
				events: {
					expected: eventsOf(whole),
					actual: [
						...eventsOf(whole),
						now === undefined
							? "nothing"
							: "ending" in now
								? lineOf(now.ending)
								: `item ${now.text}`,
					],
				},
			},
		);
	if (bytesHeld !== 0)
		report(
			execution,
			"dead-after-error",
			`${when} the dead decoder holds ${bytesHeld} bytes`,
			{ code: "held" },
		);
}

function attempt(execution: Execution, what: string, call: () => void): void {
	try {
		call();
	} catch (error) {
		report(
			execution,
			"dead-after-error",
			`after the error ${what} threw ${String(error)}`,
			{ error },
		);
	}
}
