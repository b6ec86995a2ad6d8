import type { Item, Layer } from "@framewright/codec";
import fc, { type Parameters } from "fast-check";
import { Broken } from "./broken.ts";
import { inputOf, samples } from "./input.ts";
import type { Law } from "./law.ts";
import { anyCut } from "./laws/any-cut.ts";
import { dead } from "./laws/dead.ts";
import { errors } from "./laws/errors.ts";
import { held } from "./laws/held.ts";
import { linear } from "./laws/linear.ts";
import { rest } from "./laws/rest.ts";
import { roundTrip } from "./laws/round-trip.ts";
import { scrub } from "./laws/scrub.ts";
import { truncation } from "./laws/truncation.ts";
import { Meter, withMeter } from "./native-work.ts";
import { type CodecLawsOptions, type Subject, subjectOf } from "./options.ts";
import { startCountingSteps } from "./steps.ts";

/** One law of a layer. */
export interface CodecLaw {
	/** The law as a sentence. */
	readonly name: string;
	/** Checks the law. Throws an `Error` that tells how it was broken and how to reproduce that. */
	check(runs?: CodecLawRuns): void;
}

/** How often to check a law, and from where: fast-check's own parameters of these names. */
export type CodecLawRuns = Pick<Parameters, "numRuns" | "seed" | "path">;

/**
 * Makes the laws of a protocol layer on bytes, to be run by any test runner:
 *
 *     for (const law of codecLaws(myLayer(), { item: fc.uint8Array({ maxLength: 300 }) }))
 *         test(law.name, () => law.check());
 */
export function codecLaws<Received extends Item, T extends Received>(
	layer: Layer<Received, Uint8Array, T>,
	options: CodecLawsOptions<T, Received>,
): CodecLaw[] {
	const subject = subjectOf<Received>(layer, options);
	const laws: Law[] = [
		roundTrip,
		anyCut,
		truncation,
		held,
		linear,
		scrub,
		dead,
		errors,
	];
	if (subject.steps) startCountingSteps();
	if (subject.decoder().rest !== undefined) laws.push(rest);
	return laws.map((law) => ({
		name: law.name,
		check: (runs = {}) =>
			law.metered
				? withMeter((meter) => check(subject, law, runs, meter))
				: check(subject, law, runs, new Meter()),
	}));
}

function check<T>(
	subject: Subject<T>,
	law: Law,
	runs: CodecLawRuns,
	meter: Meter,
): void {
	try {
		law.checkOnce?.(subject, meter);
	} catch (error) {
		if (!(error instanceof Broken)) throw error;
		throw failure(law, error, "it happens at every check()");
	}
	let encoded = 0;
	let refused = 0;
	let shrinking = false;
	let tries = 0;
	const property = fc.property(samples(subject, law.damage), (sample) => {
		if (shrinking && ++tries > MOST_TRIES) return;
		try {
			const input = inputOf(subject, sample);
			encoded += input.items.length;
			refused += input.chosen.length - input.items.length;
			law.check(subject, input, meter);
		} catch (error) {
			shrinking = true;
			throw error;
		}
	});
	const { numRuns } = subject.options;
	const details = fc.check(property, {
		...(numRuns === undefined ? {} : { numRuns }),
		...runs,
	});
	if (details.failed) {
		const { errorInstance, seed, counterexamplePath, numShrinks } = details;
		// Interrupted, by a setting of fast-check.configureGlobal.
		if (errorInstance === null)
			throw new Error(fc.defaultReportMessage(details));
		throw failure(
			law,
			errorInstance,
			// The run that failed is enough: from there it shrinks in the same way. The whole path would fill a screen.
			`after ${numShrinks} steps of shrinking; to reproduce it:\n  check({ seed: ${seed}, path: "${counterexamplePath?.split(":")[0]}" })`,
		);
	}
	if (encoded === 0 && refused > 0)
		throw new Error(
			`Nothing was checked: the encoder refused all ${refused} items that \`item\` generated`,
		);
}

/** How many simpler inputs to try. Where items have as many parts as JSON messages, fast-check would go on for minutes. */
const MOST_TRIES = 3000;

function failure(law: Law, error: unknown, reproduction: string): Error {
	const report =
		error instanceof Broken
			? error.report()
			: String(error instanceof Error ? error.stack : error);
	return new Error(
		`Broken law: ${law.name}\n\n${report}\n\n${reproduction}\n`,
		{ cause: error },
	);
}
