import type { Table } from "./results.ts";

/** Names a size as a reader would. */
export function size(bytes: number): string {
	if (bytes >= 1 << 20) return `${bytes / (1 << 20)} MiB`;
	return bytes >= 1024 && bytes % 1024 === 0
		? `${bytes / 1024} KiB`
		: `${bytes.toLocaleString("en")} B`;
}

/** Formats a rate or a ratio with three digits. */
export function digits(value: number): string {
	return value >= 100 || Number.isInteger(value)
		? value.toFixed(0)
		: value.toPrecision(3);
}

/** Formats a rate of frames with the prefix that it needs. */
export function frameRate(millions: number): string {
	if (millions >= 1) return `${digits(millions)} M`;
	return millions >= 0.001
		? `${digits(millions * 1e3)} k`
		: digits(millions * 1e6);
}

/** Prints tables of one kind as one: a column for each size of frame, or for each measure where there is one table. */
export function print(tables: readonly Table[]): void {
	const [first] = tables;
	if (first === undefined) return;
	const { what, chunk } = first;
	const names = [...new Set(tables.flatMap(({ rows }) => Object.keys(rows)))];
	const cut = chunk === undefined ? "" : `, ${chunk}`;
	if (tables.length > 1 || "M frames/s" in (first.rows[names[0] ?? ""] ?? {}))
		printTable(
			`${what}${cut}: frames/s, MB/s`,
			["", ...tables.map(({ frame = 0 }) => size(frame))],
			names.map((name) => [
				name,
				...tables.map(({ rows }) => {
					const row = rows[name];
					if (row === undefined) return "-";
					const once = row.passes === 1 ? "once: " : "";
					return `${once}${frameRate(row["M frames/s"] ?? 0)}, ${digits(row["MB/s"] ?? 0)}`;
				}),
			]),
		);
	else {
		const measures = [
			...new Set(names.flatMap((name) => Object.keys(first.rows[name] ?? {}))),
		];
		printTable(
			what + cut,
			["", ...measures],
			names.map((name) => [
				name,
				...measures.map((measure) => {
					const value = first.rows[name]?.[measure];
					return value === undefined ? "-" : digits(value);
				}),
			]),
		);
	}
}

/** Prints a Markdown table. */
export function printTable(
	title: string,
	head: readonly string[],
	rows: readonly (readonly string[])[],
): void {
	console.log(`\n**${title}**\n`);
	for (const line of tableLines(head, rows)) console.log(line);
}

/** Writes a Markdown table. */
export function tableLines(
	head: readonly string[],
	rows: readonly (readonly string[])[],
): string[] {
	const widths = head.map((cell, i) =>
		Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)),
	);
	const line = (cells: readonly string[]): string =>
		`| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join(" | ")} |`;
	return [
		line(head),
		`|${widths.map((width, i) => (i === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`,
		...rows.map(line),
	];
}
