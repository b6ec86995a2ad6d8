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
		sent: (line) => (line instanceof Uint8Array ? sentLine(line) : undefined),
		equals: () => true,
	},
);

/** Returns a line that can be sent: behind some, or before them, a reader would take a part of them for something else. */
function sentLine(line: Uint8Array): Uint8Array | undefined {
	const marked = line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf;
	return marked || line.at(-1) === 0x0d ? undefined : line;
}
