// What was measured: the file that the plots are drawn from, and that the bars are held against.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Times } from "./race.ts";
import type { Workload } from "./workload.ts";

/** Numbers with their units as names: "M frames/s", "MB/s", "passes". */
export type Measures = Readonly<Record<string, number>>;

/** What was measured side by side: contenders, or whatever else a row stands for. */
export interface Table {
	readonly what: string;
	/** Bytes of a frame's payload. */
	readonly frame?: number;
	/** How the wire was cut. */
	readonly chunk?: string;
	readonly rows: Readonly<Record<string, Measures>>;
}

/** The tables of one suite, and on what they were measured. */
export interface SuiteResults {
	readonly on: string;
	readonly tables: readonly Table[];
}

export type Results = Readonly<Record<string, SuiteResults>>;

const file = join(import.meta.dirname, "../results.json");

export function loadResults(): Results {
	try {
		return JSON.parse(readFileSync(file, "utf8"));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
		throw error;
	}
}

/** Puts new suites in the place of what was known about them, and leaves the others as they are. */
export function storeResults(suites: Results): Results {
	const all = { ...loadResults(), ...suites };
	const sorted = Object.fromEntries(
		Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)),
	);
	writeFileSync(file, `${JSON.stringify(sorted, undefined, "\t")}\n`);
	return sorted;
}

/** What a place in the results is called. */
export interface Place {
	readonly suite: string;
	readonly what: string;
	readonly frame?: number;
	readonly chunk?: string;
}

/** Finds a table, or undefined if it was not measured. */
export function findTable(
	results: Results,
	{ suite, what, frame, chunk }: Place,
): Table | undefined {
	return results[suite]?.tables.find(
		(table) =>
			table.what === what &&
			(frame === undefined || table.frame === frame) &&
			(chunk === undefined || table.chunk === chunk),
	);
}

/** Makes a table of rates. */
export function rates(
	place: Omit<Place, "suite">,
	{ frames, bytes }: Pick<Workload, "frames" | "bytes">,
	times: Times,
): Table {
	return {
		...place,
		rows: Object.fromEntries(
			[...times].map(([name, { ns, passes }]) => [
				name,
				{
					"M frames/s": rounded((frames / ns) * 1e3),
					"MB/s": rounded((bytes / ns) * 1e3),
					passes,
				},
			]),
		),
	};
}

/** More digits than three would be noise. */
export function rounded(value: number): number {
	return Number(value.toPrecision(3));
}
