import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What a bundler makes of a module and all that it imports. */
export interface Bundle {
	readonly code: string;
	/** What stayed an import: Node's modules, and what `external` names. */
	readonly imports: readonly string[];
	/** The names of Node's globals that the code uses as such. `globalThis.Buffer`, which may be undefined, is none. */
	readonly nodeGlobals: readonly string[];
}

/** How to bundle. */
export interface BundleOptions {
	/** The directory that imports are resolved from. */
	readonly directory: string;
	/** Where the bundle is to run. Default: `"browser"`. */
	readonly platform?: "browser" | "node";
	/** Packages to leave out. Default: none. */
	readonly external?: readonly string[];
	/** Conditions of `exports` that are met besides the usual ones. Default: none. */
	readonly conditions?: readonly string[];
	/** Whether to give `node:assert/strict` a stand-in that runs in browsers. Default: false. */
	readonly lendAssert?: boolean;
}

const nodeGlobals = [
	"Buffer",
	"process",
	"global",
	"__dirname",
	"__filename",
	"setImmediate",
	"clearImmediate",
];

/** Bundles and minifies the module with the given source. */
export async function bundle(
	source: string,
	options: BundleOptions,
): Promise<Bundle> {
	const { directory, platform = "browser", external = [] } = options;
	const result = await build({
		stdin: { contents: source, resolveDir: directory },
		bundle: true,
		minify: true,
		format: "esm",
		platform,
		conditions: [...(options.conditions ?? [])],
		external: ["node:*", ...external],
		alias: options.lendAssert
			? { "node:assert/strict": join(import.meta.dirname, "browser-assert.ts") }
			: {},
		// Replaces a name only where no declaration binds it, which finds the free uses.
		define:
			platform === "browser"
				? Object.fromEntries(
						nodeGlobals.map((name) => [name, `nodeGlobal_${name}`]),
					)
				: {},
		metafile: true,
		write: false,
		logLevel: "silent",
	});
	const code = result.outputFiles[0]?.text ?? "";
	const outputs = Object.values(result.metafile.outputs);
	return {
		code: code.replaceAll("nodeGlobal_", ""),
		imports: outputs.flatMap(({ imports }) => imports.map(({ path }) => path)),
		nodeGlobals: nodeGlobals.filter((name) =>
			code.includes(`nodeGlobal_${name}`),
		),
	};
}

/** The size of code as a server sends it, in bytes. */
export function gzipBytes(code: string): number {
	return gzipSync(code, { level: 9 }).length;
}
