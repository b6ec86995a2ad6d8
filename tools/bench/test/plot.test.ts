import { expect, test } from "vitest";
import { growthLines, rateBars, rateLines } from "../src/plot.ts";
import { logLines } from "../src/plot-lines.ts";
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

test("a plot of lines names its lines, sizes and axes, and spans decades", async () => {
	const svg = await logLines(
		caption,
		[
			{
				name: "ours",
				kind: "ours",
				points: [
					{ x: 64, y: 900 },
					{ x: 65_536, y: 12_000 },
				],
			},
			{
				name: "a peer",
				kind: "peer",
				points: [
					{ x: 64, y: 10 },
					{ x: 65_536, y: 700 },
				],
			},
		],
		{ x: "a message", y: "MB/s", sizes: true },
	);
	for (const text of [
		"A title",
		"ours",
		"a peer",
		"a message",
		"MB/s",
		"64 B",
		"64 KiB",
		"10k",
	])
		expect(svg).toContain(`>${text}<`);
});

test("a plot of lines keeps the order of names", async () => {
	const points = ["p50", "p9"].map((x, i) => ({ x, y: 10 ** i }));
	const svg = await logLines(
		caption,
		[{ name: "ours", kind: "ours", points }],
		{
			x: "percentile",
			y: "microseconds",
			sizes: false,
		},
	);
	expect(svg.indexOf(">p50<")).toBeGreaterThan(0);
	expect(svg.indexOf(">p9<")).toBeGreaterThan(svg.indexOf(">p50<"));
});
