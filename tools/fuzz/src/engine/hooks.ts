import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { dirname, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import remapping from "@jridgewell/remapping";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { MAP_SIZE, probe } from "../probe.ts";
import { type Edge, instrument } from "./instrument.ts";
import { OWN } from "./own.ts";

/** A module that was instrumented. */
export interface Module {
	readonly url: string;
	/** The number of its first edge. */
	readonly first: number;
	readonly edges: readonly Edge[];
	/** What was instrumented, in which the edges' places are; and where that came from. */
	readonly source: string;
	readonly words: readonly (string | number)[];
	/** Leads from a place in `source` to where it was written, when that is another file. Lines and columns from 1, and columns of `source` from 0. */
	readonly map?: (
		line: number,
		column: number,
	) => { file: string; line: number; column: number } | undefined;
}

/** What was instrumented in this process, in order. */
export const modules: Module[] = [];
let comparisons = 0;

const NODE_MODULES = `${sep}node_modules${sep}`;

/**
 * Instruments the modules that are loaded from now on: those whose path has one of `parts` in it; without `parts`, all
 * outside of `node_modules`, and the packages in there that the target imports.
 */
export function instrumentModules(
	target: string,
	parts: readonly string[] | undefined,
): void {
	const targetUrl = pathToFileURL(target).href;
	const imported = new Set<string>();

	function isWanted(path: string): boolean {
		if (OWN.some((folder) => path.startsWith(folder))) return false;
		if (parts !== undefined) return parts.some((part) => path.includes(part));
		if (!path.includes(NODE_MODULES)) return true;
		for (const folder of imported) if (path.startsWith(folder)) return true;
		return false;
	}

	process.setSourceMapsEnabled(true);
	registerHooks({
		resolve(specifier, context, next) {
			const resolved = next(specifier, context);
			if (context.parentURL === targetUrl && resolved.url.startsWith("file:")) {
				const folder = packageFolder(fileURLToPath(resolved.url));
				if (folder !== undefined && !TOOLS.test(folder)) imported.add(folder);
			}
			return resolved;
		},
		load(url, context, next) {
			const loaded = next(url, context);
			// What CommonJS requires comes without a format, unless its package.json says one.
			const format =
				loaded.format ?? (/\.c?js$/.test(url) ? "commonjs" : undefined);
			if (!url.startsWith("file:") || !isCode(format)) return loaded;
			const path = fileURLToPath(url);
			if (!isWanted(path)) return loaded;
			const typed = format.endsWith("-typescript");
			const text = loaded.source
				? textOf(loaded.source)
				: readFileSync(path, "utf8");
			const plain = typed ? stripTypeScriptTypes(text) : text;
			const kind = typed ? format.slice(0, -"-typescript".length) : format;
			return { ...loaded, format: kind, source: add(url, plain, kind) };
		},
	});
}

/** Instruments a module, and returns its code with a source map. */
function add(url: string, plain: string, format: string): string {
	const path = fileURLToPath(url);
	const first = probe.edgesKnown;
	const done = instrument(plain, format === "module", first, comparisons, url);
	comparisons += done.comparisons;
	probe.edgesKnown = Math.min(MAP_SIZE, first + done.edges.length);
	const { edges, words } = done;
	const below = mapOf(plain, path);
	modules.push({
		url,
		first,
		edges,
		source: plain,
		words,
		...(below === undefined ? {} : { map: tracer(below) }),
	});
	const map =
		below === undefined
			? done.map.toString()
			: remapping([done.map.toString(), below], () => null).toString();
	const code = done.code.replaceAll(MAP_COMMENT, "");
	return `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
}

const MAP_COMMENT = /\/\/[#@] sourceMappingURL=(\S+)[^\S\n]*$/gm;

/** Reads the source map that a module came with, its sources as URLs. */
function mapOf(code: string, path: string): string | undefined {
	const name = [...code.matchAll(MAP_COMMENT)].at(-1)?.[1];
	if (name === undefined) return undefined;
	try {
		const inline = /^data:[^,]*;base64,(.*)$/.exec(name)?.[1];
		const file = resolve(dirname(path), decodeURIComponent(name));
		const map = JSON.parse(
			inline === undefined
				? readFileSync(file, "utf8")
				: Buffer.from(inline, "base64").toString(),
		);
		const folder = inline === undefined ? dirname(file) : dirname(path);
		const root = resolve(folder, map.sourceRoot ?? "");
		map.sources = map.sources.map((source: string | null) =>
			source === null || source.startsWith("file:")
				? source
				: pathToFileURL(resolve(root, source)).href,
		);
		delete map.sourceRoot;
		return JSON.stringify(map);
	} catch {
		// A map that is missing or broken makes worse stacks, no worse fuzzing.
		return undefined;
	}
}

function tracer(map: string): NonNullable<Module["map"]> {
	const traced = new TraceMap(map);
	return (line, column) => {
		const original = originalPositionFor(traced, { line, column });
		if (!original.source?.startsWith("file:")) return undefined;
		return {
			file: fileURLToPath(original.source),
			line: original.line,
			column: original.column + 1,
		};
	};
}

const TOOLS =
	/[\\/](@framewright[\\/](fuzz|codec-laws)|fast-check|vitest)[\\/]$/;

/** The folder of the package in `node_modules` that a file belongs to, if it does to one. */
function packageFolder(path: string): string | undefined {
	const at = path.lastIndexOf(NODE_MODULES);
	if (at === -1) return undefined;
	const start = at + NODE_MODULES.length;
	const names = path.slice(start).split(sep);
	const name = names.slice(0, names[0]?.startsWith("@") ? 2 : 1).join(sep);
	return path.slice(0, start) + name + sep;
}

function isCode(format: string | null | undefined): format is string {
	return (
		format === "module" ||
		format === "commonjs" ||
		format === "module-typescript" ||
		format === "commonjs-typescript"
	);
}

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray): string {
	return typeof source === "string"
		? source
		: Buffer.from(source as Uint8Array).toString("utf8");
}
