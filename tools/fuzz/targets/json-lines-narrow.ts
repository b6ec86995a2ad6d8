import { fuzzLayer } from "@framewright/fuzz";
import { jsonLines } from "@framewright/newline";
import { fitting, json } from "./shared/json.ts";

const narrow = jsonLines({
	maxLength: 12,
	blankLines: "skip",
	unterminated: "emit",
	bom: "strip",
});

/** A JSON value in each line, under a limit that many are near, and all that is put up with. */
export const fuzz = fuzzLayer(narrow, {
	...json,
	sent: (value) => fitting(narrow, value),
});
