import { fileURLToPath } from "node:url";
import type { Coverage } from "./coverage.ts";
import { type Module, modules } from "./hooks.ts";
import type { Reached, Unreached } from "./messages.ts";

/** Says of each instrumented file how many of its edges were taken. */
export function reachedFiles(coverage: Coverage): Reached[] {
	return modules.map((module) => ({
		file: fileURLToPath(module.url),
		edges: module.edges.length,
		reached: module.edges.filter((_, i) => coverage.has(module.first + i))
			.length,
	}));
}

/** Lists the edges that were never taken. Of what lies inside of another one, only the outer. */
export function unreachedEdges(coverage: Coverage): Unreached[] {
	return modules.flatMap((module) => {
		const missing = module.edges
			.filter((_, i) => !coverage.has(module.first + i))
			.sort((a, b) => a.start - b.start || b.end - a.end);
		const outer = missing.filter(
			(edge, i) =>
				edge.start === edge.end ||
				!missing
					.slice(0, i)
					.some((other) => other.start <= edge.start && edge.end <= other.end),
		);
		return outer.map(({ kind, start, end }) => ({
			kind: start === end ? "else (not written)" : kind,
			...placeOf(module, start),
			text: module.source.slice(start, end).split("\n", 1)[0]?.trim() ?? "",
		}));
	});
}

function placeOf(
	{ url, source, map }: Module,
	at: number,
): { file: string; line: number; column: number } {
	const before = source.slice(0, at);
	const line = before.split("\n").length;
	const column = at - (before.lastIndexOf("\n") + 1);
	const original = map?.(line, column);
	return original ?? { file: fileURLToPath(url), line, column: column + 1 };
}
