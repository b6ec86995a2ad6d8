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
	/**
	 * Whether `params`, `result` and `error.data` are handed over as `RawJson`, text that was checked to be JSON, instead of
	 * as values. Either can be encoded. Default: false.
	 */
	readonly raw?: boolean;
	/** What parses and writes `params`, `result` and `error.data`. Default: `JSON`. */
	readonly json?: Json;
}

/**
 * A parser and a writer of JSON, such as one that keeps all digits of a number: `lossless-json`, `json-bigint`. Whatever `parse`
 * throws makes the message a parse error; what it is given is one value, within the limits.
 */
export interface Json {
	parse(text: string): unknown;
	/** Returns JSON text, or `undefined` for what JSON does not have. */
	stringify(value: unknown): string | undefined;
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
		raw = false,
		json = JSON,
	} = options;
	for (const [name, limit] of Object.entries({ maxLength, maxDepth, maxBatch }))
		if (!Number.isSafeInteger(limit) || limit < 1)
			throw new RangeError(
				`jsonRpc(): ${name} must be a whole number of 1 or more, not ${limit}`,
			);
	if (raw && json !== JSON)
		throw new RangeError(
			"jsonRpc(): raw values are not parsed; json cannot be set",
		);
	return { maxLength, maxDepth, maxBatch, echoId, raw, json };
}
