// What the laws are made of, for other tools that check layers.

export { hexdump } from "./broken.ts";
export type { Cut } from "./input.ts";
export { equalItems } from "./items.ts";
