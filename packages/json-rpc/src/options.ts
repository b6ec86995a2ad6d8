/** What to let pass, in both directions. */
export interface JsonRpcOptions {
	/** The most bytes that a message may have as UTF-8, a batch included. Default: 8 MiB. */
	readonly maxLength?: number;
	/**
	 * How deep arrays and objects may be nested, the message itself and a batch's array included. Default: 1,000.
	 * `JSON.stringify` overflows the stack some thousand levels down.
	 */
	readonly maxDepth?: number;
	/** The most messages that a batch may have. Default: 1,000. */
	readonly maxBatch?: number;
	/**
	 * Whether the reply to an invalid request carries its id where that is readable; otherwise it is null. The
	 * specification can be read either way (sections 5 and 7). Default: false.
	 */
	readonly echoId?: boolean;
}

/** The options, checked, with their defaults. */
export type Settings = Required<JsonRpcOptions>;

/** Fills in the defaults. Throws a `RangeError` that names the option at fault. */
export function settingsOf(options: JsonRpcOptions): Settings {
	const {
		maxLength = 8 * 1024 * 1024,
		maxDepth = 1000,
		maxBatch = 1000,
		echoId = false,
	} = options;
	for (const [name, limit] of Object.entries({ maxLength, maxDepth, maxBatch }))
		if (!Number.isSafeInteger(limit) || limit < 1)
			throw new RangeError(
				`jsonRpc(): ${name} must be a whole number of 1 or more, not ${limit}`,
			);
	return { maxLength, maxDepth, maxBatch, echoId };
}
