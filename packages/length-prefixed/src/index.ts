export { type LengthPrefixed, lengthPrefixed } from "./length-prefixed.ts";
export type { LengthPrefixedOptions } from "./options.ts";
