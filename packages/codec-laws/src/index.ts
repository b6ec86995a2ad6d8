export { type CodecLaw, type CodecLawRuns, codecLaws } from "./codec-laws.ts";
export type { CodecLawsOptions } from "./options.ts";
export { type CodecVector, checkVector } from "./vector.ts";
