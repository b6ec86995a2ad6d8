// What the layers have to reach, and whether they do.

import { type Bar, speed } from "./bar.ts";
import { dbusBars } from "./dbus-bars.ts";
import { OURS, WHOLE } from "./framing.ts";
import { COPY } from "./growth.ts";
import { jsonRpcBars } from "./json-rpc-peer-bars.ts";
import { digits, printTable } from "./report.ts";
import { findTable, type Place, type Results, type Table } from "./results.ts";
import { ringBars } from "./ring-bars.ts";
import { MiB } from "./workload.ts";

const decode = (suite: string, framing: string, frame: number): Place => ({
	suite,
	what: `decode ${framing}`,
	frame,
	chunk: WHOLE,
});
const small = (suite: string, framing: string): Place =>
	decode(suite, framing, 64);
const large = (suite: string, framing: string): Place =>
	decode(suite, framing, 65_536);

const PULL = "framewright pull()";
const NEXT = "framewright next(), no view";
const OFFSETS = "bare loop, no view";

/** 64 B frames in chunks of 64 KiB, where nothing else is said. */
export const bars: readonly Bar[] = [
	{
		suite: "length-prefixed",
		text: "varint, pull(): length-prefixed-stream",
		atLeast: 3,
		measured: speed(
			small("length-prefixed", "varint"),
			PULL,
			"length-prefixed-stream",
		),
	},
	{
		suite: "length-prefixed",
		text: "varint, next(): length-prefixed-stream",
		atLeast: 3,
		measured: speed(
			small("length-prefixed", "varint"),
			NEXT,
			"length-prefixed-stream",
		),
	},
	{
		suite: "length-prefixed",
		text: "varint, pull(): it-length-prefixed",
		atLeast: 8,
		measured: speed(
			small("length-prefixed", "varint"),
			PULL,
			"it-length-prefixed",
		),
	},
	...["u32", "varint"].map((framing) => ({
		suite: "length-prefixed",
		text: `${framing}, next(): bare loop without views`,
		atLeast: 0.7,
		measured: speed(small("length-prefixed", framing), NEXT, OFFSETS),
	})),
	...["u32", "varint"].map((framing) => ({
		suite: "length-prefixed",
		text: `${framing}, 64 KiB frames, pull(): bare loop`,
		atLeast: 0.9,
		measured: speed(large("length-prefixed", framing), PULL, "bare loop"),
	})),
	{
		suite: "newline",
		text: "lines to bytes, next(): bare loop without views",
		atLeast: 0.7,
		measured: speed(small("newline", "lines to bytes"), NEXT, OFFSETS),
	},
	{
		suite: "newline",
		text: "lines to bytes, 64 KiB frames, pull(): bare loop",
		atLeast: 0.9,
		measured: speed(large("newline", "lines to bytes"), PULL, "bare loop"),
	},
	{
		suite: "newline",
		text: "lines to strings: split2, its faster mode",
		atLeast: 1.3,
		measured: speed(
			small("newline", "lines to strings"),
			"framewright lines()",
			'split2("\\n")',
			"split2()",
		),
	},
	{
		suite: "content-length",
		text: "content-length, pull(): vscode-jsonrpc, JSON left out",
		atLeast: 20,
		measured: speed(
			small("content-length", "content-length"),
			PULL,
			"vscode-jsonrpc, JSON left out",
		),
	},
	{
		suite: "slip",
		text: "slip, pull(): npm slip",
		atLeast: 3,
		measured: speed(small("slip", "slip"), PULL, "npm slip"),
	},
	{
		suite: "slip",
		text: "slip, encode(): npm slip",
		measured: speed(
			{ suite: "slip", what: "encode slip", frame: 64 },
			"framewright encode()",
			"npm slip",
		),
	},
	{
		suite: "cobs",
		text: "cobs, pull(): npm cobs, its faster way",
		atLeast: 3,
		measured: speed(
			small("cobs", "cobs"),
			PULL,
			"npm cobs decodeStream()",
			"npm cobs decode(), split by hand",
		),
	},
	{
		suite: "cobs",
		text: "cobs, encode(): npm cobs",
		measured: speed(
			{ suite: "cobs", what: "encode cobs", frame: 64 },
			"framewright encode()",
			"npm cobs",
		),
	},
	{
		suite: "growth",
		text: "one line of 8 MiB in chunks of 1,460 B, to a string: split2",
		atLeast: 100,
		measured(results) {
			const rows = findTable(results, {
				suite: "growth",
				what: "one frame, lines to strings",
			})?.rows;
			const ours = rows?.["framewright lines()"]?.["8 MiB, ms"];
			const theirs = rows?.['split2("\\n")']?.["8 MiB, ms"];
			return theirs === undefined || ours === undefined
				? undefined
				: theirs / ours;
		},
	},
	{
		suite: "growth",
		text: "growth from 4 to 8 MiB, the worst of our framings",
		atMost: 2.2,
		measured: (results) => worstGrowth(results, () => 1),
	},
	{
		suite: "growth",
		text: "growth from 4 to 8 MiB, the worst of our framings: copying alone",
		atMost: 1.2,
		measured: (results) =>
			worstGrowth(results, ({ rows }) => rows[COPY]?.ratio),
	},
	...["Unix socket", "TCP"].map((transport) => ({
		suite: "by-reference",
		text: `a body of 1 MiB by reference, over ${transport}: copied behind its prefix`,
		atLeast: 1,
		measured: speed(
			{ suite: "by-reference", what: `send over ${transport}`, frame: MiB },
			"by reference, corked",
			"copy",
		),
	})),
	...jsonRpcBars,
	...dbusBars,
	...ringBars,
];

/** How much more than `least` of its table the framing of ours grows that grows most. */
function worstGrowth(
	results: Results,
	least: (table: Table) => number | undefined,
): number | undefined {
	const ratios = (results.growth?.tables ?? []).flatMap((table) =>
		Object.entries(table.rows)
			.filter(([name]) => name.startsWith(OURS))
			.map(([, { ratio }]) => (ratio ?? Number.NaN) / (least(table) ?? 1)),
	);
	return ratios.length === 0 ? undefined : Math.max(...ratios);
}

/** Prints the bars of some suites. */
export function printBars(results: Results, suites: readonly string[]): void {
	const rows = bars
		.filter(({ suite }) => suites.includes(suite))
		.map((bar) => {
			const ratio = bar.measured(results);
			return [
				bar.text,
				bar.atLeast !== undefined
					? `>= ${bar.atLeast}`
					: bar.atMost !== undefined
						? `<= ${bar.atMost}`
						: "",
				ratio === undefined ? "not measured" : digits(ratio),
				ratio === undefined ? "" : verdict(bar, ratio),
			];
		});
	if (rows.length > 0)
		printTable(
			"Bars: ours, beside whom; 64 B frames in chunks of 64 KiB unless said otherwise",
			["", "bar", "measured", ""],
			rows,
		);
}

/** Says whether a bar is met; one without a threshold is only shown. */
export function verdict({ atLeast, atMost }: Bar, ratio: number): string {
	if (atLeast === undefined && atMost === undefined) return "";
	return ratio >= (atLeast ?? ratio) && ratio <= (atMost ?? ratio)
		? "met"
		: "short";
}
