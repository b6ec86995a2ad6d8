import fc, { type Arbitrary } from "fast-check";
import { eventsOf } from "./decoding.ts";
import { Execution } from "./execution.ts";
import { asks } from "./oracle.ts";
import { ORACLES } from "./oracles/all.ts";
import { probe } from "./probe.ts";
import type { Subject } from "./subject.ts";
import type { Target } from "./target.ts";

/** What every kind of target can be told beside what is under test. */
export interface TargetOptions {
	/** Words of the format, for the mutator to put in. */
	readonly dictionary?: readonly (string | Uint8Array)[];
	/** Which modules to instrument: parts of their paths. Default: everything outside `node_modules`, and what the target imports. */
	readonly modules?: readonly string[];
	/** The longest input to try, in bytes. Default: 4,096. */
	readonly maxLength?: number;
	/** Inputs that are not to be tried, with the reason: what is broken below the code under test. */
	readonly skip?: {
		readonly reason: string;
		matches(data: Uint8Array): boolean;
	};
}

/**
 * Makes a target of subjects. Where there are several, the first byte of an input says which one gets the others.
 *
 * `items` generates what is encoded to inputs.
 */
export function makeTarget(
	subjects: readonly Subject[],
	{ dictionary, modules, maxLength, skip }: TargetOptions,
	items?: Arbitrary<readonly unknown[]>,
): Target {
	if (subjects.length === 0 || subjects.length > 256)
		throw new RangeError("A target has 1 to 256 variants");
	const choose = (data: Uint8Array): Execution => {
		const several = subjects.length > 1;
		const chosen = several ? (data[0] ?? 0) % subjects.length : 0;
		return new Execution(
			subjects[chosen] as Subject,
			several ? data.subarray(1) : data,
			probe.thorough,
		);
	};
	const target: Target = (data) => {
		if (skip?.matches(data)) return;
		askAll(choose(data));
	};
	return Object.assign(target, {
		format: (data: Uint8Array) => {
			const { subject, whole } = choose(data);
			const events = eventsOf(whole);
			return [
				...(subject.name === "" ? [] : [subject.name]),
				...(events.length === 0 ? ["(nothing)"] : events),
			].join("\n");
		},
		...(dictionary && { dictionary }),
		...(modules && { modules }),
		...(maxLength && { maxLength }),
		...(items && { arbitrary: inputs(subjects, items) }),
	});
}

/** Asks every oracle that is to be asked. */
export function askAll(execution: Execution): void {
	for (const oracle of ORACLES)
		if (asks(execution.subject, oracle.name)) oracle.check(execution);
}

/** Encodes generated items. What the encoder refuses is left out. */
function inputs(
	subjects: readonly Subject[],
	items: Arbitrary<readonly unknown[]>,
): Arbitrary<Uint8Array> {
	return fc
		.tuple(fc.nat({ max: subjects.length - 1 }), items)
		.map(([chosen, list]) => {
			const bytes: number[] = subjects.length > 1 ? [chosen] : [];
			const encoder = (subjects[chosen] as Subject).encoder?.();
			for (const item of list)
				try {
					bytes.push(...(encoder?.encode(item) ?? []));
				} catch (error) {
					if (!(error instanceof RangeError || error instanceof TypeError))
						throw error;
				}
			return Uint8Array.from(bytes);
		});
}
