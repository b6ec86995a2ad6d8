import { expect, test } from "vitest";
import { growthLines, rateBars, rateLines } from "../src/plot.ts";
import type { Table } from "../src/results.ts";

const caption = { title: "A title", subtitle: "in units" };
const tables: Table[] = [16, 64].map((frame) => ({
	what: "decode something",
	frame,
	chunk: "chunks of 64 KiB",
	rows: {
		"framewright pull()": { "M frames/s": 20, "MB/s": 20 * frame, passes: 15 },
		"bare loop": { "M frames/s": 12.5, "MB/s": 12.5 * frame, passes: 15 },
		"a peer <1>": { "M frames/s": 0.003, "MB/s": 0.003 * frame, passes: 3 },
	},
}));

test("a plot of rates names its contenders, sizes, rates and units", async () => {
	const svg = await rateBars(caption, tables);
	for (const text of [
		"A title",
		"in units",
		"framewright pull()",
		"bare loop",
		"a peer &lt;1&gt;",
		"16 B",
		"64 B",
		"20 M",
		"3 k",
	])
		expect(svg).toContain(`>${text}<`);
});

test("a plot is legible on a dark page: it brings its own paper", async () => {
	const svg = await rateBars(caption, tables);
	expect(svg).toMatch(/<rect width="\d+" height="\d+" fill="#ffffff"/);
});

test("a plot of growth shows the ratios", async () => {
	const svg = await growthLines(caption, [
		[
			"a frame",
			{
				what: "one frame, something",
				rows: {
					"framewright pull()": { "4 MiB, ms": 2, "8 MiB, ms": 4, ratio: 2 },
					peer: { "4 MiB, ms": 15_000, "8 MiB, ms": 60_000, ratio: 4 },
				},
			},
		],
	]);
	expect(svg).toContain(">x 2<");
	expect(svg).toContain(">x 4<");
});

test("the same results give the same bytes, however often and in whatever order they are drawn", async () => {
	const draw = (): Promise<string>[] => [
		rateBars(caption, tables),
		rateLines(caption, [["a panel", tables]], "framewright pull()"),
	];
	const [bars, lines] = await Promise.all(draw());
	const [linesAgain, barsAgain] = await Promise.all(draw().reverse());
	expect(barsAgain).toBe(bars);
	expect(linesAgain).toBe(lines);
});
