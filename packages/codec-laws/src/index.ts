export { type CodecLaw, type CodecLawRuns, codecLaws } from "./codec-laws.ts";
export type { CodecLawsOptions } from "./options.ts";
