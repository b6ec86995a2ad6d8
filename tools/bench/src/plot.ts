// Draws results as SVG. The same results give the same bytes.

import { Error as ErrorLevel, logger, parse, resetSVGDefIds, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { OURS } from "./framing.ts";
import { digits, frameRate, size } from "./report.ts";
import type { Table } from "./results.ts";

// On white, whatever the page is: an image on GitHub does not know whether the page is dark.
const PAPER = "#ffffff";
const INK = "#1f2328";
const FAINT = "#656d76";
const ACCENT = "#1f6feb";
const MUTED = "#c4cad2";
const BARE = "#8c959f";

/** The text around a plot. */
export interface Caption {
	readonly title: string;
	/** What was measured, in what units, on what. */
	readonly subtitle: string;
}

/** Renders a specification. */
export async function render(caption: Caption, spec: object): Promise<string> {
	const { title, subtitle } = caption;
	const { spec: compiled } = compile(
		{
			$schema: "https://vega.github.io/schema/vega-lite/v6.json",
			background: PAPER,
			padding: 12,
			title: {
				text: title,
				subtitle,
				anchor: "start",
				frame: "bounds",
				offset: 14,
				fontSize: 15,
				color: INK,
				subtitleColor: FAINT,
				subtitleFontSize: 11,
				subtitlePadding: 4,
			},
			config: {
				font: "sans-serif",
				view: { stroke: null },
				axis: {
					domain: false,
					ticks: false,
					labelColor: INK,
					labelFontSize: 11,
					titleColor: FAINT,
					titleFontSize: 11,
					titleFontWeight: "normal",
					gridColor: "#e7eaee",
				},
				header: {
					labelColor: INK,
					labelFontSize: 12,
					labelFontWeight: "bold",
					titleColor: FAINT,
					titleFontSize: 11,
					titleFontWeight: "normal",
				},
				legend: { labelColor: INK, labelFontSize: 11, title: null },
			},
			...spec,
		} as TopLevelSpec,
		{ logger: logger(ErrorLevel) },
	);
	// Names of clips and gradients are counted through the life of the process.
	resetSVGDefIds();
	const view = new View(parse(compiled), { renderer: "none" });
	try {
		return `${await view.toSVG()}\n`;
	} finally {
		view.finalize();
	}
}

const color = {
	condition: [
		{ test: "datum.kind === 'ours'", value: ACCENT },
		{ test: "datum.kind === 'bare'", value: BARE },
	],
	value: MUTED,
};

/** Tells whose a row is. */
export function kind(name: string): "ours" | "bare" | "peer" {
	if (name.startsWith(OURS)) return "ours";
	return name.startsWith("bare") ? "bare" : "peer";
}

/** Draws rates: a panel for each table, a bar for each row, each panel with a scale of its own that starts at 0. */
export function rateBars(
	caption: Caption,
	tables: readonly Table[],
	panel: (table: Table) => string = ({ frame = 0 }) => size(frame),
): Promise<string> {
	return panelsOfBars(
		caption,
		tables.map((table) => ({
			panel: panel(table),
			bars: Object.entries(table.rows).map(([name, row]) => {
				const rate = row["M frames/s"] ?? 0;
				return { name, value: rate, label: frameRate(rate) };
			}),
		})),
	);
}

/** Bars that belong side by side. */
export interface Panel {
	readonly panel: string;
	readonly bars: readonly {
		readonly name: string;
		readonly value: number;
		readonly label: string;
	}[];
}

export function panelsOfBars(
	caption: Caption,
	panels: readonly Panel[],
): Promise<string> {
	const names = [
		...new Set(panels.flatMap(({ bars }) => bars.map(({ name }) => name))),
	];
	const y = {
		field: "name",
		type: "nominal",
		sort: names,
		title: null,
		axis: { labelLimit: 320, labelPadding: 6 },
	};
	const x = {
		field: "value",
		type: "quantitative",
		axis: null,
		scale: { zero: true },
	};
	return render(caption, {
		data: {
			values: panels.flatMap(({ panel, bars }) =>
				bars.map((bar) => ({ panel, ...bar, kind: kind(bar.name) })),
			),
		},
		facet: {
			column: {
				field: "panel",
				type: "nominal",
				sort: panels.map(({ panel }) => panel),
				title: null,
				header: { labelAnchor: "start", labelPadding: 4 },
			},
		},
		spacing: 14,
		spec: {
			// As wide as a README in all, but no wider than bars need.
			width: Math.min(150, Math.floor(400 / panels.length)),
			height: { step: 19 },
			layer: [
				{
					mark: { type: "bar", height: { band: 0.72 } },
					encoding: { y, x, color },
				},
				{
					mark: {
						type: "text",
						align: "left",
						dx: 4,
						fontSize: 11,
						color: INK,
					},
					encoding: { y, x, text: { field: "label", type: "nominal" } },
				},
			],
		},
		resolve: { scale: { x: "independent" } },
	});
}

/** Draws the growth from one frame to one of twice the size: a line from time to time for each contender. */
export function growthLines(
	caption: Caption,
	tables: readonly (readonly [string, Table])[],
): Promise<string> {
	const values = tables.flatMap(([panel, { rows }]) =>
		Object.entries(rows).map(([name, row]) => ({
			panel,
			name,
			kind: kind(name),
			once: row["4 MiB, ms"],
			twice: row["8 MiB, ms"],
			label: `x ${digits(row.ratio ?? 0)}`,
		})),
	);
	const names = [...new Set(values.map(({ name }) => name))];
	const y = {
		field: "name",
		type: "nominal",
		sort: names,
		title: null,
		axis: { labelLimit: 320, labelPadding: 6 },
	};
	const scale = { type: "log" };
	const axis = {
		title: "ms, log scale",
		values: [1, 10, 100, 1000, 10_000, 100_000],
		format: ",",
	};
	const x = (field: string): object => ({
		field,
		type: "quantitative",
		scale,
		axis,
	});
	return render(caption, {
		data: { values },
		facet: {
			row: {
				field: "panel",
				type: "nominal",
				sort: tables.map(([panel]) => panel),
				title: null,
				header: {
					labelAngle: 0,
					labelAnchor: "start",
					labelOrient: "top",
					labelPadding: 4,
				},
			},
		},
		spacing: 12,
		spec: {
			width: 420,
			height: { step: 19 },
			layer: [
				{
					mark: { type: "rule", strokeWidth: 3 },
					encoding: { y, x: x("once"), x2: { field: "twice" }, color },
				},
				{
					mark: { type: "point", filled: false, size: 40, fill: PAPER },
					encoding: { y, x: x("once"), color },
				},
				{
					mark: { type: "point", filled: true, size: 50, opacity: 1 },
					encoding: { y, x: x("twice"), color },
				},
				{
					mark: {
						type: "text",
						align: "left",
						dx: 8,
						fontSize: 11,
						color: INK,
					},
					encoding: {
						y,
						x: x("twice"),
						text: { field: "label", type: "nominal" },
					},
				},
			],
		},
		resolve: { scale: { y: "independent" } },
	});
}

/** Draws throughput by size of frame: a panel for each list of tables, a line for each row. */
export function rateLines(
	caption: Caption,
	panels: readonly (readonly [string, readonly Table[]])[],
	accent: string,
): Promise<string> {
	const values = panels.flatMap(([panel, tables]) =>
		tables.flatMap(({ frame = 0, rows }) =>
			Object.entries(rows).map(([name, row]) => ({
				panel,
				frame: frame / 1024,
				name,
				rate: row["MB/s"],
			})),
		),
	);
	const names = [...new Set(values.map(({ name }) => name))];
	const dashes = [[], [6, 3], [2, 2]];
	const legend = {
		orient: "bottom",
		symbolType: "stroke",
		symbolStrokeWidth: 2,
		labelLimit: 300,
	};
	return render(caption, {
		data: { values },
		facet: {
			column: {
				field: "panel",
				type: "nominal",
				sort: panels.map(([panel]) => panel),
				title: null,
				header: { labelAnchor: "start" },
			},
		},
		spec: {
			width: 300,
			height: 200,
			mark: { type: "line", point: { size: 25 }, strokeWidth: 2 },
			encoding: {
				x: {
					field: "frame",
					type: "quantitative",
					title: "KiB in a frame, log scale",
					scale: { type: "log", base: 2 },
					axis: { values: [1, 4, 16, 64, 256, 1024], format: "d" },
				},
				y: { field: "rate", type: "quantitative", title: "MB/s" },
				color: {
					field: "name",
					type: "nominal",
					sort: names,
					scale: {
						domain: names,
						range: names.map((name) =>
							name === accent ? ACCENT : name === names[0] ? INK : BARE,
						),
					},
					legend,
				},
				strokeDash: {
					field: "name",
					type: "nominal",
					sort: names,
					scale: {
						domain: names,
						range: names.map((_, i) => dashes[i % dashes.length]),
					},
					legend,
				},
			},
		},
	});
}
