/** Limits of introspection XML, the same for reading and for writing. */
export interface XmlLimits {
	/** The most bytes of UTF-8 a document may have. Default: 4 MiB. */
	readonly maxLength?: number;
	/** How deep elements may be nested. Default: 64. */
	readonly maxDepth?: number;
}

/** How to read introspection XML. */
export interface ParseOptions extends XmlLimits {
	/**
	 * What a second member of the same kind and name is, or a second interface of the same name: an `"error"`, or one more to
	 * be left out, so that the `"first"` counts. Qt exports overloaded methods so. Default: `"error"`.
	 */
	readonly overloads?: "error" | "first";
}

/** Fills in what is missing. Throws a `RangeError` for what cannot be. */
export function limitsOf(
	who: string,
	{ maxLength = 4 * 1024 * 1024, maxDepth = 64 }: XmlLimits,
): Required<XmlLimits> {
	for (const [name, value, most] of [
		["maxLength", maxLength, 128 * 1024 * 1024],
		["maxDepth", maxDepth, 1024],
	] as const)
		if (!Number.isInteger(value) || value < 1 || value > most)
			throw new RangeError(
				`${who}: ${name} must be an integer from 1 to ${most}, not ${value}`,
			);
	return { maxLength, maxDepth };
}
