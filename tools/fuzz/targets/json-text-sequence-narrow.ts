import { fuzzLayer } from "@framewright/fuzz";
import { jsonTextSequence } from "@framewright/newline";
import { fitting, json } from "./shared/json.ts";

const narrow = jsonTextSequence({
	maxLength: 8,
	unterminated: "emit",
	bom: "strip",
});

/** RFC 7464 under a limit that every value is near. */
export const fuzz = fuzzLayer(narrow, {
	...json,
	sent: (value) => fitting(narrow, value),
	dictionary: [...json.dictionary, "\x1e", "\x1e1\n"],
});
