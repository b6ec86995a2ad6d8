// Fills the tables of figures in the READMEs of the packages, between marks that say what belongs there:
//
//     <!-- figures: newline: decode lines to strings, chunks of 64 KiB -->
//     <!-- end of figures -->

import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digits, size, tableLines } from "./report.ts";
import type { Results, Table } from "./results.ts";

const packages = join(import.meta.dirname, "../../../packages");

const FIGURES =
	/(<!-- figures: ([a-z-]+): (.+?) -->\n)[\s\S]*?(<!-- end of figures -->)/g;

/** Puts what was measured into all READMEs. What some suites do not tell is left as it is. */
export function fillReadmes(results: Results): void {
	for (const name of globSync("*/README.md", { cwd: packages })) {
		const file = join(packages, name);
		const text = readFileSync(file, "utf8");
		const filled = fill(text, results);
		if (filled === text) continue;
		writeFileSync(file, filled);
		console.log(`Filled in packages/${name}`);
	}
}

/** Replaces the tables between the marks of a text. */
export function fill(text: string, results: Results): string {
	return text.replace(
		FIGURES,
		(all, begin: string, suite: string, title: string, end: string) => {
			const tables = (results[suite]?.tables ?? []).filter(
				({ what, chunk }) =>
					title === (chunk === undefined ? what : `${what}, ${chunk}`),
			);
			return tables.length === 0
				? all
				: `${begin}${linesOf(tables).join("\n")}\n${end}`;
		},
	);
}

/** Frames from which on bytes say more than frames. */
const LARGE = 65_536;

function linesOf(tables: readonly Table[]): string[] {
	const names = [...new Set(tables.flatMap(({ rows }) => Object.keys(rows)))];
	const measures = new Set(
		tables.flatMap(({ rows }) => Object.values(rows).flatMap(Object.keys)),
	);
	return measures.has("MB/s")
		? tableLines(
				[
					"million frames a second; from 64 KiB on, MB/s",
					...tables.map(({ frame = 0 }) => size(frame)),
				],
				names.map((name) => [
					name,
					...tables.map(({ frame = 0, rows }) =>
						cell(rows[name]?.[frame < LARGE ? "M frames/s" : "MB/s"]),
					),
				]),
			)
		: tableLines(
				["", ...measures],
				names.map((name) => [
					name,
					...[...measures].map((measure) =>
						cell(tables[0]?.rows[name]?.[measure]),
					),
				]),
			);
}

function cell(value: number | undefined): string {
	if (value === undefined) return "-";
	return value >= 1000 ? Math.round(value).toLocaleString("en") : digits(value);
}
