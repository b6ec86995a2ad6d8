import { Skipped } from "@framewright/codec";
import { anyText } from "@framewright/codec-laws/parts";
import { fuzzLayer } from "@framewright/fuzz";
import { lines } from "@framewright/newline";

/** Lines of UTF-8. */
export const fuzz = fuzzLayer(
	{
		lf: lines(),
		either: lines({
			delimiter: "either",
			maxLength: 20,
			oversize: "skip",
			bom: "strip",
		}),
		"0xff": lines({ delimiter: Uint8Array.of(0xff), bom: "error" }),
	},
	{
		item: anyText({ maxLength: 20 }),
		// Before the delimiter, or at the start, a reader would take these for something else.
		sent: (line) =>
			line instanceof Skipped || /^\ufeff|\r$/.test(line) ? undefined : line,
		dictionary: ["\r\n", "\n", "\ufeff", "é", "🎵", Uint8Array.of(0xff)],
	},
);
