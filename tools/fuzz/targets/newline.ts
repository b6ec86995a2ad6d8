import type { Skipped } from "@framewright/codec";
import { fuzzLayer } from "@framewright/fuzz";
import { newline, type Piece } from "@framewright/newline";
import fc from "fast-check";

/** Lines of bytes, however they end. */
export const fuzz = fuzzLayer<Uint8Array | Piece | Skipped, Uint8Array>(
	{
		lf: newline(),
		crlf: newline({ delimiter: "crlf", maxLength: 20, oversize: "skip" }),
		either: newline({
			delimiter: "either",
			maxLength: 20,
			oversize: "pieces",
			bom: "strip",
			copy: true,
		}),
		"overlaps itself": newline({
			delimiter: Uint8Array.of(0x61, 0x61),
			keepDelimiter: true,
			maxLength: 8,
			oversize: "skip",
		}),
		discard: newline({ unterminated: "discard", bom: "error" }),
		emit: newline({ unterminated: "emit" }),
	},
	{
		item: fc.uint8Array({ maxLength: 40, size: "max" }),
		dictionary: ["\r\n", "\n", "\r", "\ufeff", "aa"],
		// Not encoded: pieces of lines.
		sent: (line) => (line instanceof Uint8Array ? line : undefined),
		equals: () => true,
	},
);
