// Which plots there are, what they are drawn from, and where they go.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { WHOLE } from "./framing.ts";
import { IN_FLIGHT, ONE_BY_ONE } from "./json-rpc-peer.ts";
import {
	type Caption,
	growthLines,
	type Panel,
	panelsOfBars,
	rateBars,
	rateLines,
} from "./plot.ts";
import { digits, frameRate } from "./report.ts";
import { findTable, type Results, type Table } from "./results.ts";
import { latency, throughput } from "./ring-plots.ts";

/** A plot of one suite. */
interface Plot {
	readonly suite: string;
	/** Where it goes, under packages/. */
	readonly path: string;
	/** Returns undefined where what it shows was not measured. */
	draw(results: Results, on: string): Promise<string> | undefined;
}

const packages = join(import.meta.dirname, "../../../packages");

/** Rates by size of frame, in chunks of 64 KiB. */
function byFrame(
	suite: string,
	path: string,
	what: string,
	title: string,
): Plot {
	return {
		suite,
		path,
		draw(results, on) {
			const tables = tablesOf(results, suite).filter(
				(table) => table.what === what && (table.chunk ?? WHOLE) === WHOLE,
			);
			const subtitle = what.startsWith("encode")
				? "Frames a second by size of payload"
				: "Frames a second by size of payload, in chunks of 64 KiB";
			return tables.length === 0
				? undefined
				: rateBars(captionOf(title, subtitle, on), tables);
		},
	};
}

/** Rates of 64 B frames by how the wire is cut. */
function byChunk(
	suite: string,
	path: string,
	what: readonly string[],
	title: string,
): Plot {
	return {
		suite,
		path,
		draw(results, on) {
			const tables = tablesOf(results, suite).filter(
				(table) =>
					what.includes(table.what) && table.frame === 64 && table.chunk,
			);
			return tables.length === 0
				? undefined
				: rateBars(
						captionOf(
							title,
							"Frames of 64 B a second, by how the wire is cut into chunks",
							on,
						),
						tables,
						({ chunk = "" }) =>
							chunk.startsWith("cut")
								? "cut inside"
								: chunk.replace("chunks of ", ""),
					);
		},
	};
}

/** One frame of 4 and of 8 MiB. */
function ofGrowth(
	path: string,
	framings: Readonly<Record<string, string>>,
): Plot {
	return {
		suite: "growth",
		path,
		draw(results, on) {
			const tables = Object.entries(framings).flatMap(
				([framing, label]): [string, Table][] => {
					const table = findTable(results, {
						suite: "growth",
						what: `one frame, ${framing}`,
					});
					return table === undefined ? [] : [[label, table]];
				},
			);
			return tables.length === 0
				? undefined
				: growthLines(
						captionOf(
							"One large frame in chunks of 1,460 bytes",
							"Milliseconds for 4 MiB (hollow) and 8 MiB (full), and their ratio: 2 is linear, 4 quadratic",
							on,
						),
						tables,
					);
		},
	};
}

/** What decoders allocate, hold and make their users keep. */
function ofMemory(path: string, framing: string, title: string): Plot {
	return {
		suite: "memory",
		path,
		draw(results, on) {
			const table = findTable(results, {
				suite: "memory",
				what: `memory, ${framing}`,
			});
			if (table === undefined) return undefined;
			const panel = (label: string, ...measures: string[]): Panel => ({
				panel: label,
				bars: Object.entries(table.rows).flatMap(([name, row]) => {
					if (measures.some((measure) => row[measure] === undefined)) return [];
					const value = measures.reduce(
						(sum, measure) => sum + (row[measure] as number),
						0,
					);
					return [{ name, value, label: digits(value) }];
				}),
			});
			return panelsOfBars(
				captionOf(
					title,
					"B allocated for a frame of 64 B; KB held of a frame of 64 KiB in chunks of 1 B; KB pinned by 1,000 kept frames of 100 B",
					on,
				),
				[
					panel("allocated, B", "heap for 64 B, B", "buffers for 64 B, B"),
					panel("held, KB", "held of 64 KiB in chunks of 1 B, KB"),
					panel("pinned, KB", "kept by 1,000 of 100 B, KB"),
				],
			);
		},
	};
}

export const plots: readonly Plot[] = [
	byFrame(
		"length-prefixed",
		"length-prefixed/plots/decode.svg",
		"decode varint",
		"Decoding frames behind a varint",
	),
	byFrame(
		"length-prefixed",
		"length-prefixed/plots/decode-u32.svg",
		"decode u32",
		"Decoding frames behind a u32",
	),
	byChunk(
		"length-prefixed",
		"length-prefixed/plots/chunks.svg",
		["decode u32"],
		"Decoding frames behind a u32, however they are cut",
	),
	byFrame(
		"length-prefixed",
		"length-prefixed/plots/encode.svg",
		"encode varint",
		"Encoding frames behind a varint",
	),
	ofGrowth("length-prefixed/plots/growth.svg", {
		varint: "behind a varint",
		u32: "behind a u32",
	}),
	ofMemory(
		"length-prefixed/plots/memory.svg",
		"u32",
		"Memory of decoding frames behind a u32",
	),
	byFrame(
		"newline",
		"newline/plots/strings.svg",
		"decode lines to strings",
		"Decoding lines to strings",
	),
	byFrame(
		"newline",
		"newline/plots/bytes.svg",
		"decode lines to bytes",
		"Decoding lines to bytes",
	),
	byChunk(
		"newline",
		"newline/plots/chunks.svg",
		["decode lines to strings", "decode CRLF lines to strings"],
		"Decoding lines to strings, however they are cut",
	),
	ofGrowth("newline/plots/growth.svg", {
		"lines to strings": "a line, to a string",
		"lines to bytes": "a line, to bytes",
	}),
	byFrame(
		"content-length",
		"content-length/plots/decode.svg",
		"decode content-length",
		"Decoding messages behind a Content-Length, with JSON and without",
	),
	byFrame(
		"content-length",
		"content-length/plots/encode.svg",
		"encode content-length",
		"Encoding messages behind a Content-Length, with JSON and without",
	),
	byFrame("slip", "slip/plots/decode.svg", "decode slip", "Decoding SLIP"),
	byFrame("slip", "slip/plots/encode.svg", "encode slip", "Encoding SLIP"),
	byFrame("cobs", "cobs/plots/decode.svg", "decode cobs", "Decoding COBS"),
	byFrame("cobs", "cobs/plots/encode.svg", "encode cobs", "Encoding COBS"),
	byFrame(
		"http-chunked",
		"http-chunked/plots/decode.svg",
		"decode http-chunked",
		"Decoding the chunks of an HTTP body",
	),
	{
		suite: "by-reference",
		path: "codec/plots/by-reference.svg",
		draw(results, on) {
			const panels = ["Unix socket", "TCP"].map(
				(transport): [string, Table[]] => [
					transport,
					tablesOf(results, "by-reference").filter(
						({ what }) => what === `send over ${transport}`,
					),
				],
			);
			return panels.every(([, tables]) => tables.length === 0)
				? undefined
				: rateLines(
						captionOf(
							"A payload copied behind its prefix, or handed on by reference",
							"Throughput of frames to another process, waiting whenever the socket is full",
							on,
						),
						panels,
						"by reference, corked",
					);
		},
	},
	{
		suite: "json-rpc-peer",
		path: "json-rpc-peer/plots/round-trips.svg",
		draw(results, on) {
			const panels = [ONE_BY_ONE, IN_FLIGHT].flatMap((what): Panel[] => {
				const table = findTable(results, { suite: "json-rpc-peer", what });
				if (table === undefined) return [];
				const bars = Object.entries(table.rows).map(([name, row]) => {
					const value = row["round trips/s"] ?? 0;
					return { name, value, label: frameRate(value / 1e6) };
				});
				return [{ panel: what.replace("JSON-RPC round trips, ", ""), bars }];
			});
			return panels.length === 0
				? undefined
				: panelsOfBars(
						captionOf(
							"Calls and answers within one process",
							"JSON-RPC round trips a second of a request of 67 B, through texts and through streams of Node with Content-Length",
							on,
						),
						panels,
					);
		},
	},
	{
		suite: "ring-buffer",
		path: "ring-buffer/plots/throughput.svg",
		draw: throughput,
	},
	{
		suite: "ring-latency",
		path: "ring-buffer/plots/latency.svg",
		draw: latency,
	},
	...(["encode", "decode"] as const).flatMap((verb) => [
		ofDBus(
			"dbus-marshal",
			`dbus-marshal/plots/${verb}.svg`,
			`${verb} D-Bus values`,
			verb === "encode" ? "Encoding D-Bus values" : "Decoding D-Bus values",
		),
		ofDBus(
			"dbus-message",
			`dbus-message/plots/${verb}.svg`,
			`${verb} D-Bus messages`,
			verb === "encode" ? "Encoding D-Bus messages" : "Decoding D-Bus messages",
		),
	]),
];

/** Draws the plots of some suites into the packages. */
export async function drawPlots(
	results: Results,
	suites: readonly string[],
): Promise<void> {
	for (const { suite, path, draw } of plots) {
		if (!suites.includes(suite)) continue;
		const svg = await draw(results, results[suite]?.on ?? "");
		if (svg === undefined) continue;
		const file = join(packages, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, svg);
		console.log(`Drew packages/${path}`);
	}
}

/** Rates of D-Bus values or messages: a panel for each, ours and the peers'. */
function ofDBus(
	suite: string,
	path: string,
	what: string,
	title: string,
): Plot {
	return {
		suite,
		path,
		draw(results, on) {
			const table = findTable(results, { suite, what });
			if (table === undefined) return undefined;
			const rows = Object.entries(table.rows);
			const measures = new Set(rows.flatMap(([, row]) => Object.keys(row)));
			const panels = [...measures].map((measure): Panel => {
				const bars = rows.flatMap(([name, row]) => {
					const value = row[measure];
					return value === undefined
						? []
						: [{ name, value, label: frameRate(value / 1e6) }];
				});
				return { panel: measure, bars };
			});
			return panelsOfBars(captionOf(title, "How often a second", on), panels);
		},
	};
}

function captionOf(title: string, subtitle: string, on: string): Caption {
	return { title, subtitle: `${subtitle}. ${on}.` };
}

function tablesOf(results: Results, suite: string): readonly Table[] {
	return results[suite]?.tables ?? [];
}
