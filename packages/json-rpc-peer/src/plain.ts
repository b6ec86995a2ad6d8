import { RawJson } from "@framewright/json-rpc";

/** Returns the value itself, whether a codec has parsed it or left it as it came. */
export function plain(value: unknown): unknown {
	return value instanceof RawJson ? value.parse() : value;
}
