import { join, normalize } from "node:path";
import { run } from "./run.ts";
import { type Package, root } from "./workspace.ts";

/** A package as npm would publish it. */
export interface Tarball {
	readonly path: string;
	/** The paths of its files, relative to the package. */
	readonly files: readonly string[];
}

/** Builds the packages, and packs each into `directory`. Returns the tarballs by package name. */
export async function pack(
	packages: readonly Package[],
	directory: string,
): Promise<Map<string, Tarball>> {
	await run("npm", ["run", "build"], { cwd: root });
	const workspaces = packages.map(({ name }) => `--workspace=${name}`);
	const report = await run(
		"npm",
		["pack", "--json", `--pack-destination=${directory}`, ...workspaces],
		{ cwd: root },
	);
	const packed: {
		name: string;
		filename: string;
		files: { path: string }[];
	}[] = JSON.parse(report);
	return new Map(
		packed.map(({ name, filename, files }) => [
			name,
			{
				path: join(directory, filename),
				files: files.map(({ path }) => path).sort(),
			},
		]),
	);
}

/** Derives what a package must consist of from its sources: each file of src with what the compiler makes of it. */
export function expectedFiles(sources: readonly string[]): string[] {
	const built = sources.flatMap((source) => {
		const stem = `dist/${source.slice("src/".length, -".ts".length)}`;
		return [".d.ts", ".d.ts.map", ".js", ".js.map"].map((end) => stem + end);
	});
	return ["LICENSE", "README.md", "package.json", ...built, ...sources].sort();
}

/** Resolves what a source map names as its sources to paths relative to the package. */
export function sourcesOf(map: string, path: string): string[] {
	const {
		sources,
		sourceRoot = "",
	}: { sources: string[]; sourceRoot?: string } = JSON.parse(map);
	return sources.map((source) =>
		normalize(join(path, "..", sourceRoot, source)),
	);
}
