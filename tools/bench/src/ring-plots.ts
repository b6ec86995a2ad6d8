// The plots of rings between threads.

import type { Caption } from "./plot.ts";
import { kind } from "./plot.ts";
import { type Line, logLines } from "./plot-lines.ts";
import { findTable, type Results, type Table } from "./results.ts";
import { BETWEEN_WORKERS } from "./ring-buffer.ts";
import { percentiles, ROUND_TRIP } from "./ring-latency.ts";

/** Draws how many MB a second go from one worker to another, by the size of a message. */
export function throughput(
	results: Results,
	on: string,
): Promise<string> | undefined {
	const tables = (results["ring-buffer"]?.tables ?? []).filter(
		({ what }) => what === BETWEEN_WORKERS,
	);
	return tables.length === 0
		? undefined
		: logLines(
				caption(
					"Messages from one worker to another",
					"MB a second by the size of a message, log scales",
					on,
				),
				linesOf(tables, (row) =>
					tables.flatMap(({ frame = 0, rows }) => {
						const y = rows[row]?.["MB/s"];
						return y === undefined ? [] : [{ x: frame, y }];
					}),
				),
				{ x: "a message", y: "MB/s", sizes: true },
			);
}

/** Draws how long round trips take, by their share. */
export function latency(
	results: Results,
	on: string,
): Promise<string> | undefined {
	const table = findTable(results, { suite: "ring-latency", what: ROUND_TRIP });
	return table === undefined
		? undefined
		: logLines(
				caption(
					"A message of 64 B to another worker and back",
					"Microseconds that so many of all round trips take at most, log scale",
					on,
				),
				linesOf([table], (row) =>
					Object.keys(percentiles).map((name) => ({
						x: name.replace(", us", ""),
						y: table.rows[row]?.[name] ?? Number.NaN,
					})),
				),
				{ x: "percentile", y: "microseconds", sizes: false },
			);
}

function linesOf(
	tables: readonly Table[],
	points: (row: string) => Line["points"],
): Line[] {
	const rows = [...new Set(tables.flatMap((table) => Object.keys(table.rows)))];
	return rows.map((name) => ({
		name,
		// A copy alone is no line: it is the limit, as what is bare.
		kind: name.startsWith("set ") ? "bare" : kind(name),
		points: points(name),
	}));
}

function caption(title: string, subtitle: string, on: string): Caption {
	return { title, subtitle: `${subtitle}. ${on}.` };
}
