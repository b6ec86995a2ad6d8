import { DecodeError } from "@framewright/codec";
import { fuzzCodec } from "@framewright/fuzz";

/** Reads `key=value;key=value` into an object, by whatever name: `__proto__.x=1` is a path. */
function decode(data: Uint8Array): Record<string, unknown> {
	const result: Record<string, unknown> = {};
	for (const pair of String.fromCharCode(...data).split(";")) {
		const equals = pair.indexOf("=");
		if (equals < 1) throw new DecodeError("invalid-syntax", "No key", 0);
		const path = pair.slice(0, equals).split(".");
		const last = path.pop() as string;
		let object = result;
		for (const name of path) {
			if (typeof object[name] !== "object") object[name] = {};
			object = object[name] as Record<string, unknown>;
		}
		object[last] = pair.slice(equals + 1);
	}
	return result;
}

export const fuzz = fuzzCodec(
	{ decode },
	{ dictionary: ["__proto__", "constructor", ".", "=", ";"] },
);
