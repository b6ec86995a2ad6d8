// What the laws are made of, for other tools that check layers.

export { anyText } from "./any-text.ts";
export { hexdump } from "./broken.ts";
export type { Cut } from "./input.ts";
export { equalItems } from "./items.ts";
