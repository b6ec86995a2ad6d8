import { fuzzLayer } from "@framewright/fuzz";
import { jsonLines } from "@framewright/newline";
import { json as value } from "../../../packages/newline/test/arbitraries.ts";
import { json, sentJson } from "./shared/json.ts";

/** A JSON value in each line. */
export const fuzz = fuzzLayer(jsonLines(), {
	...json,
	item: value,
	sent: sentJson,
});
