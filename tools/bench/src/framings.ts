import { cobsFraming } from "./cobs.ts";
import { contentLengthFraming } from "./content-length.ts";
import type { Framing } from "./framing.ts";
import { chunkedFraming } from "./http-chunked.ts";
import { u32, varint } from "./length-prefixed.ts";
import { byteLines, textLines } from "./newline.ts";
import { slipFraming } from "./slip.ts";

/** The framings that are held against each other's growth and memory. */
// biome-ignore lint/suspicious/noExplicitAny: their items differ, and each has a sink for its own.
export const framings: readonly Framing<any>[] = [
	u32,
	varint,
	byteLines("lf"),
	textLines("lf"),
	contentLengthFraming,
	slipFraming,
	cobsFraming,
	chunkedFraming,
];
