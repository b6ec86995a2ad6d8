export { type Lines, lines } from "./lines.ts";
export { type Newline, newline } from "./newline.ts";
export type { NewlineOptions } from "./options.ts";
