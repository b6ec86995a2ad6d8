// Lines on logarithmic axes, for what spans many sizes and times.

import { type Caption, render } from "./plot.ts";

/** A line: what it is called, and its points. */
export interface Line {
	readonly name: string;
	/** Whose it is, which gives its colour. */
	readonly kind: "ours" | "bare" | "peer";
	readonly points: readonly {
		readonly x: number | string;
		readonly y: number;
	}[];
}

const OURS = ["#1f6feb", "#54aeff", "#0a3069", "#1b7c83"];
const BARE = ["#57606a", "#8c959f"];
const PEERS = ["#cf222e", "#bf8700", "#8250df"];
const DASHES = [[], [6, 3], [2, 2], [8, 2, 2, 2]];

/** Draws lines. `sizes`: whether x counts bytes, on a logarithmic axis; else x are names, in their order. */
export function logLines(
	caption: Caption,
	lines: readonly Line[],
	{ x, y, sizes }: { x: string; y: string; sizes: boolean },
): Promise<string> {
	const names = lines.map(({ name }) => name);
	const nth = new Map<string, number>();
	const styles = lines.map(({ kind }) => {
		const i = nth.get(kind) ?? 0;
		nth.set(kind, i + 1);
		const colors = { ours: OURS, bare: BARE, peer: PEERS }[kind];
		return {
			color: colors[i % colors.length],
			dash: DASHES[i % DASHES.length],
		};
	});
	const legend = {
		orient: "right",
		symbolType: "stroke",
		symbolStrokeWidth: 2,
		symbolSize: 400,
		labelLimit: 400,
	};
	const byName = (range: readonly unknown[]): object => ({
		field: "name",
		type: "nominal",
		sort: names,
		scale: { domain: names, range },
		legend,
	});
	return render(caption, {
		data: {
			values: lines.flatMap(({ name, points }) =>
				points.map((point) => ({ name, ...point })),
			),
		},
		width: 380,
		height: 260,
		mark: { type: "line", point: { size: 25 }, strokeWidth: 2 },
		encoding: {
			x: sizes
				? {
						field: "x",
						type: "quantitative",
						title: x,
						scale: { type: "log", base: 2 },
						axis: {
							values: [16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144],
							labelExpr:
								"datum.value < 1024 ? datum.value + ' B' : datum.value / 1024 + ' KiB'",
						},
					}
				: {
						field: "x",
						type: "ordinal",
						title: x,
						sort: null,
						axis: { labelAngle: 0 },
					},
			y: {
				field: "y",
				type: "quantitative",
				title: y,
				scale: { type: "log" },
				axis: { format: "~s", tickCount: 6 },
			},
			color: byName(styles.map(({ color }) => color)),
			strokeDash: byName(styles.map(({ dash }) => dash)),
		},
	});
}
