export { type Cobs, cobs, type ResyncingCobs } from "./cobs.ts";
export { cobsCodec } from "./codec.ts";
export type { CobsOptions } from "./options.ts";
