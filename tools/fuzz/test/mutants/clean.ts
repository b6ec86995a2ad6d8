import { fuzzLayer } from "@framewright/fuzz";
import { frames } from "./frames.ts";

/** No mutant: all others are this one with one change. */
export const fuzz = fuzzLayer(frames(), { strict: true, copies: true });
