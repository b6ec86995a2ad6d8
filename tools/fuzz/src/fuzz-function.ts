import { codecSubject, type FuzzCodecOptions } from "./fuzz-codec.ts";
import { makeTarget } from "./make-target.ts";
import type { Declared } from "./subject.ts";
import type { Target } from "./target.ts";

/** Says what oracles need to know about somebody else's functions. */
export interface FuzzFunctionOptions<T> extends FuzzCodecOptions<T> {
	/**
	 * Tells whether an error is one that the documentation promises for bad input; a string tells several apart. Default:
	 * none is.
	 */
	declared?(error: unknown): boolean | string;
	/** The way back, if there is one: then what was parsed must come back from it. */
	readonly serialize?: (value: T) => Uint8Array;
}

/**
 * Makes a target of a function that parses bytes, whoever wrote it:
 *
 *     export const fuzz = fuzzFunction(decode, { declared: (error) => error instanceof DecodeError });
 *
 * Where values are not compared, as in a differential test, give a `peer`.
 */
export function fuzzFunction<T>(
	parse: (data: Uint8Array) => T,
	options: FuzzFunctionOptions<T> = {},
): Target {
	const { serialize } = options;
	const codec = { decode: parse, ...(serialize && { encode: serialize }) };
	const subject = codecSubject("", codec, declaring(options.declared), options);
	return makeTarget([subject], options);
}

/** Reads what a target's author says about errors. */
export function declaring(
	declared: ((error: unknown) => boolean | string) | undefined,
): (error: unknown) => Declared | undefined {
	return (error) => {
		const code = declared?.(error) ?? false;
		if (code === false) return undefined;
		if (code !== true) return { code };
		return { code: error instanceof Error ? error.name : typeof error };
	};
}
