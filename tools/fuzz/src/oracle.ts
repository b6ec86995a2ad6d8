import type { Execution } from "./execution.ts";
import { Finding, type FindingDetails } from "./finding.ts";
import { probe } from "./probe.ts";
import type { OracleName, Subject } from "./subject.ts";

/** Checks one invariant of one execution. Throws a `Finding` where it does not hold. */
export interface Oracle {
	readonly name: OracleName;
	/** Of a thorough execution, checks what is too dear for every input, too. */
	check(execution: Execution): void;
}

/** Whether an oracle is to be asked about a subject. */
export function asks(subject: Subject, oracle: OracleName): boolean {
	return subject.except[oracle] === undefined && probe.asks(oracle);
}

/** Throws a `Finding`, unless its oracle is not to be asked. */
export function report(
	{ subject }: Execution,
	oracle: OracleName,
	message: string,
	details: FindingDetails = {},
): void {
	if (!asks(subject, oracle)) return;
	const { name } = subject;
	throw new Finding(
		oracle,
		name === "" ? message : `${name}: ${message}`,
		details,
	);
}
