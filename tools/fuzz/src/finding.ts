/** What an oracle knows about a fault beside its name and a sentence. */
export interface FindingDetails {
	/** What came out of two runs that should agree, one event a line. */
	readonly events?: {
		readonly expected: readonly string[];
		readonly actual: readonly string[];
	};
	/** Where the input was cut, as offsets. */
	readonly cuts?: readonly number[];
	/** What was thrown, where something was. */
	readonly error?: unknown;
	/** Tells apart what one oracle finds, for example the code of an error. Default: the name of `error`. */
	readonly code?: string;
}

/** A fault that a target found in its input: what a target throws. */
export class Finding extends Error {
	override readonly name = "Finding";
	/** The name of the oracle, for example `any-cut`. */
	readonly oracle: string;
	readonly code: string;
	readonly events: FindingDetails["events"];
	readonly cuts: readonly number[];
	readonly error: unknown;

	constructor(oracle: string, message: string, details: FindingDetails = {}) {
		super(message, details.error === undefined ? {} : { cause: details.error });
		this.oracle = oracle;
		this.events = details.events;
		this.cuts = details.cuts ?? [];
		this.error = details.error;
		this.code = details.code ?? nameOf(details.error);
	}
}

function nameOf(error: unknown): string {
	if (!(error instanceof Error)) return error === undefined ? "" : typeof error;
	const { code } = error as { code?: unknown };
	return typeof code === "string" ? `${error.name}:${code}` : error.name;
}
