import { eventsOf } from "../decoding.ts";
import { type Oracle, report } from "../oracle.ts";
import { isFuelError } from "../probe.ts";
import type { Difference } from "../subject.ts";

/** A peer takes what is taken here, refuses what is refused here, and makes the same of it: but for a written list. */
export const differential: Oracle = {
	name: "differential",
	check(execution) {
		const { subject, whole, data } = execution;
		const { peer } = subject;
		if (peer === undefined) return;
		let theirs: readonly string[] = [];
		let theirError: unknown;
		try {
			theirs = peer.decode(data.slice()).map((item) => subject.show(item));
		} catch (error) {
			if (isFuelError(error)) throw error;
			theirError = error;
		}
		const ours = whole.items;
		const refused = whole.ending !== undefined;
		if (
			refused === (theirError !== undefined) &&
			(refused ||
				(ours.length === theirs.length &&
					ours.every((item, i) => item === theirs[i])))
		)
			return;
		const ourError = whole.ending?.error;
		const difference: Difference = { data, ours, theirs, ourError, theirError };
		if (peer.allowed?.some((allowed) => allowed.matches(difference))) return;
		const what =
			refused === (theirError !== undefined)
				? "reads another value"
				: refused
					? "takes what is refused here"
					: "refuses what is taken here";
		report(execution, "differential", `${peer.name} ${what}`, {
			events: {
				expected:
					theirError === undefined
						? theirs
						: [`refused: ${String(theirError)}`],
				actual: eventsOf(whole),
			},
			code: what,
		});
	},
};
