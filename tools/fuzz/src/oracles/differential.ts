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
		const theirs: string[] = [];
		let theirError: unknown;
		try {
			for (const item of peer.decode(data.slice()))
				theirs.push(subject.show(item));
		} catch (error) {
			if (isFuelError(error)) throw error;
			theirError = error ?? "an error";
		}
		const ours = whole.items;
		const refused = whole.ending !== undefined;
		const agree = refused === (theirError !== undefined);
		// Of what both refuse, those items count that both have.
		const count = refused
			? Math.min(ours.length, theirs.length)
			: Math.max(ours.length, theirs.length);
		let i = 0;
		while (i < count && ours[i] === theirs[i]) i += 1;
		if (agree && i === count) return;
		const ourError = whole.ending?.error;
		const difference: Difference = { data, ours, theirs, ourError, theirError };
		if (peer.allowed?.some((allowed) => allowed.matches(difference))) return;
		const what = agree
			? "reads another value"
			: refused
				? "takes what is refused here"
				: "refuses what is taken here";
		report(execution, "differential", `${peer.name} ${what}`, {
			events: {
				expected:
					theirError === undefined
						? theirs
						: [...theirs, `refused: ${String(theirError)}`],
				actual: eventsOf(whole),
			},
			code: what,
		});
	},
};
