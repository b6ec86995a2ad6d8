import { expect, test } from "vitest";
import { fill } from "../src/readmes.ts";
import type { Results } from "../src/results.ts";

const rate = (frames: number, bytes: number) => ({
	"M frames/s": frames,
	"MB/s": bytes,
	passes: 3,
});
const results: Results = {
	slip: {
		on: "",
		tables: [
			{ what: "encode slip", frame: 64, rows: { ours: rate(9, 9) } },
			{
				what: "decode slip",
				frame: 64,
				chunk: "chunks of 64 KiB",
				rows: { ours: rate(12.5, 800), theirs: rate(2, 128) },
			},
			{
				what: "decode slip",
				frame: 65_536,
				chunk: "chunks of 64 KiB",
				rows: { ours: rate(0.0123, 8061) },
			},
		],
	},
	growth: {
		on: "",
		tables: [{ what: "one frame, slip", rows: { ours: { "4 MiB, ms": 1.5 } } }],
	},
};

test("rates are put between their marks, in frames while these are small", () => {
	const mark = "<!-- figures: slip: decode slip, chunks of 64 KiB -->";
	const text = (table: string): string =>
		`before\n\n${mark}\n${table}<!-- end of figures -->\n\nbehind\n`;
	const filled = text(`\
| million frames a second; from 64 KiB on, MB/s | 64 B | 64 KiB |
|-----------------------------------------------|-----:|-------:|
| ours                                          | 12.5 |  8,061 |
| theirs                                        |    2 |      - |
`);
	expect(fill(text(""), results)).toBe(filled);
	expect(fill(text("| old |\n"), results)).toBe(filled);
	expect(fill(filled, results)).toBe(filled);
});

test("a table of other measures has a column for each", () => {
	expect(
		fill(
			"<!-- figures: growth: one frame, slip -->\n<!-- end of figures -->",
			results,
		),
	).toContain("| ours |      1.50 |");
});

test("what was not measured stays as it is", () => {
	const text =
		"<!-- figures: cobs: decode cobs -->\nold\n<!-- end of figures -->";
	expect(fill(text, results)).toBe(text);
});
