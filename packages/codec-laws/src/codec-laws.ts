import type { Item, Layer } from "@framewright/codec";
import fc, { type Parameters } from "fast-check";
import { Broken } from "./broken.ts";
import { inputOf, samples } from "./input.ts";
import type { Law } from "./law.ts";
import { anyCut } from "./laws/any-cut.ts";
import { dead } from "./laws/dead.ts";
import { errors } from "./laws/errors.ts";
import { held } from "./laws/held.ts";
import { rest } from "./laws/rest.ts";
import { roundTrip } from "./laws/round-trip.ts";
import { scrub } from "./laws/scrub.ts";
import { truncation } from "./laws/truncation.ts";
import { type CodecLawsOptions, type Subject, subjectOf } from "./options.ts";

/** One law of a layer. */
export interface CodecLaw {
	/** The law as a sentence. */
	readonly name: string;
	/** Checks the law. Throws an `Error` that tells how it was broken and how to reproduce that. */
	check(runs?: CodecLawRuns): void;
}

/** How often to check a law, and from where: fast-check's own parameters of these names. */
export type CodecLawRuns = Pick<
	Parameters,
	"numRuns" | "seed" | "path" | "endOnFailure"
>;

/**
 * Makes the laws of a protocol layer on bytes, to be run by any test runner:
 *
 *     for (const law of codecLaws(myLayer(), { item: fc.uint8Array({ maxLength: 300 }) }))
 *         test(law.name, () => law.check());
 */
export function codecLaws<T extends Item>(
	layer: Layer<T, Uint8Array>,
	options: CodecLawsOptions<T>,
): CodecLaw[] {
	const subject = subjectOf(layer, options);
	const laws = [roundTrip, anyCut, truncation, held, scrub, dead, errors];
	if (subject.decoder().rest !== undefined) laws.push(rest);
	return laws.map((law) => ({
		name: law.name,
		check: (runs = {}) => check(subject, law, runs),
	}));
}

function check<T>(subject: Subject<T>, law: Law, runs: CodecLawRuns): void {
	let encodable = 0;
	let refused = 0;
	const property = fc.property(samples(subject, law.damage), (sample) => {
		const input = inputOf(subject, sample);
		encodable += input.items.length;
		refused += input.chosen.length - input.items.length;
		law.check(subject, input);
	});
	const { numRuns } = subject.options;
	const details = fc.check(property, {
		...(numRuns === undefined ? {} : { numRuns }),
		...runs,
	});
	if (!details.failed) {
		if (encodable === 0 && refused > 0)
			throw new Error(
				`${law.name}: nothing was checked, for the encoder refused all ${refused} items`,
			);
		return;
	}
	const { errorInstance, seed, counterexamplePath, numShrinks } = details;
	if (errorInstance === null) throw new Error(fc.defaultReportMessage(details));
	const report =
		errorInstance instanceof Broken
			? errorInstance.report()
			: `${errorInstance instanceof Error ? errorInstance.stack : errorInstance}`;
	throw new Error(
		`Broken law: ${law.name}\n\n${report}\n\nto reproduce it, the simplest after ${numShrinks} steps of shrinking:\n  check({ seed: ${seed}, path: "${counterexamplePath}", endOnFailure: true })`,
		{ cause: errorInstance },
	);
}
