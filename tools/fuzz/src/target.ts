import type { Arbitrary } from "fast-check";

/**
 * What a target file exports as `fuzz`: a function that runs the code under test on an input, returns when all is well,
 * and throws when it is not: a `Finding`, or anything else. Jazzer.js calls the same function.
 */
export interface Target {
	(data: Uint8Array): void;
	/** Writes an input down for people, as `framewright-fuzz fmt` prints it. */
	format?(data: Uint8Array): string;
	/** Words of the format, for the mutator to put in. */
	readonly dictionary?: readonly (string | Uint8Array)[];
	/** Makes whole inputs from values, for the mutator to start from and to put in. */
	readonly arbitrary?: Arbitrary<Uint8Array>;
	/**
	 * Which modules to instrument: parts of their paths. Default: everything but `node_modules`, and in it what the target
	 * file itself imports.
	 */
	readonly modules?: readonly string[];
	/** The longest input to try, in bytes. Default: 4,096. */
	readonly maxLength?: number;
}
