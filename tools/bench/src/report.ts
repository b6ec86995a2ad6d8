import type { Times } from "./race.ts";
import type { Workload } from "./workload.ts";

/** Names a size as a reader would. */
export function size(bytes: number): string {
	if (bytes >= 1 << 20) return `${bytes / (1 << 20)} MiB`;
	return bytes >= 1024 ? `${bytes / 1024} KiB` : `${bytes} B`;
}

/** Formats a rate or a ratio with three digits. */
export function digits(value: number): string {
	return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Prints a Markdown table. */
export function table(
	title: string,
	head: readonly string[],
	rows: readonly (readonly string[])[],
): void {
	const widths = head.map((cell, i) =>
		Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)),
	);
	const line = (cells: readonly string[]): string =>
		`| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join(" | ")} |`;
	console.log(`\n**${title}**\n`);
	console.log(line(head));
	console.log(
		`|${widths.map((width, i) => (i === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`,
	);
	for (const row of rows) console.log(line(row));
}

/** Prints contenders with their rates, and how much faster than each of them `ours` is. */
export function standings(
	title: string,
	ours: string,
	{ frames, bytes }: Pick<Workload, "frames" | "bytes">,
	times: Times,
): void {
	const best = times.get(ours) as number;
	table(
		title,
		["", "M frames/s", "MB/s", `${ours} is`],
		[...times].map(([name, ns]) => [
			name,
			digits((frames / ns) * 1e3),
			digits((bytes / ns) * 1e3),
			name === ours ? "" : `${digits(ns / best)} x`,
		]),
	);
}
