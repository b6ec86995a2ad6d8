export {
	type JsonLines,
	type JsonLinesOptions,
	jsonLines,
} from "./json-lines.ts";
export type { JsonValue } from "./json-text.ts";
export {
	type JsonTextSequence,
	type JsonTextSequenceOptions,
	jsonTextSequence,
} from "./json-text-sequence.ts";
export { type Lines, type LinesOptions, lines } from "./lines.ts";
export { type Newline, newline } from "./newline.ts";
export type { NewlineOptions } from "./options.ts";
export { Piece } from "./piece.ts";
