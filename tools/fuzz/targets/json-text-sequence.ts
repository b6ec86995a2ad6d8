import { fuzzLayer } from "@framewright/fuzz";
import { jsonTextSequence } from "@framewright/newline";
import { json as value } from "../../../packages/newline/test/arbitraries.ts";
import { json, sentJson } from "./shared/json.ts";

/** RFC 7464: a JSON text between RS and a line feed. */
export const fuzz = fuzzLayer(jsonTextSequence(), {
	...json,
	item: value,
	sent: sentJson,
	dictionary: [...json.dictionary, "\x1e", "\x1e1\n"],
});
