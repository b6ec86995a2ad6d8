import type { DictForm } from "@framewright/dbus-marshal";

/** The most bytes that a message may have by the specification ("Message Format"). */
export const MAX_MESSAGE = 134_217_728;

/** How messages are read. */
export interface DBusMessageOptions {
	/** The most bytes of a message, header included, both ways: 16 to 128 MiB. Default: 128 MiB, which the specification allows. */
	readonly maxLength?: number;
	/**
	 * Whether bodies are read into values, or handed over as a view of their bytes, which nobody has looked at. Default:
	 * `"values"`.
	 */
	readonly body?: "values" | "bytes";
	/** Dicts are Maps, objects without a prototype, or arrays of pairs. Default: `"map"`. */
	readonly dict?: DictForm;
	/** Whether an `ay` has memory of its own, or is a view of the input. Default: `"copy"`. */
	readonly bytes?: "copy" | "view";
}

/** Options that were checked, and all there. */
export type Settings = Required<DBusMessageOptions>;

export function settingsOf({
	maxLength = MAX_MESSAGE,
	body = "values",
	dict = "map",
	bytes = "copy",
}: DBusMessageOptions): Settings {
	if (!Number.isInteger(maxLength) || maxLength < 16 || maxLength > MAX_MESSAGE)
		throw new RangeError(
			`maxLength must be an integer from 16 to ${MAX_MESSAGE}, not ${maxLength}`,
		);
	if (body !== "values" && body !== "bytes")
		throw new RangeError(
			`body must be "values" or "bytes", not ${String(body)}`,
		);
	return { maxLength, body, dict, bytes };
}
