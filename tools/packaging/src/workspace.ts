import { globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The repository's top directory. */
export const root: string = resolve(import.meta.dirname, "../../..");

/** What the check reads of a package.json. */
export interface Manifest {
	readonly name: string;
	readonly private?: boolean;
	readonly workspaces?: readonly string[];
	readonly exports?: Readonly<Record<string, unknown>>;
	readonly bin?: Readonly<Record<string, string>>;
	readonly dependencies?: Readonly<Record<string, string>>;
	readonly peerDependencies?: Readonly<Record<string, string>>;
	readonly framewright?: {
		/** The most bytes that each entry, bundled with its dependencies, minified and gzipped, may have. */
		readonly maxGzipBytes?: number;
		/** The same for single entries that may have more, by their subpaths. */
		readonly maxGzipBytesOf?: Readonly<Record<string, number>>;
	};
}

/** A package of this repository. */
export interface Package {
	readonly name: string;
	readonly directory: string;
	readonly manifest: Manifest;
}

/** Finds the packages that are published: every workspace that is not private, by name. */
export function publishedPackages(): Package[] {
	const { workspaces = [] } = readManifest(join(root, "package.json"));
	return workspaces
		.flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }))
		.map((path) => {
			const manifest = readManifest(join(root, path));
			return { name: manifest.name, directory: dirname(path), manifest };
		})
		.filter(({ manifest }) => manifest.private !== true)
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Lists the specifiers under which a package is imported. */
export function entries({ name, manifest }: Package): string[] {
	return Object.keys(manifest.exports ?? {}).map((subpath) =>
		subpath.replace(".", name),
	);
}

/** Tells the most bytes that an entry may have. Without a budget, nothing fits. */
export function budgetOf({ name, manifest }: Package, entry: string): number {
	const { maxGzipBytes = 0, maxGzipBytesOf = {} } = manifest.framewright ?? {};
	return maxGzipBytesOf[entry.replace(name, ".")] ?? maxGzipBytes;
}

/** Lists the specifiers that load in a browser too: all but a subpath named `node`, and none of a command's package. */
export function browserEntries(item: Package): string[] {
	return item.manifest.bin === undefined
		? entries(item).filter((entry) => !entry.endsWith("/node"))
		: [];
}

function readManifest(path: string): Manifest {
	return JSON.parse(readFileSync(path, "utf8"));
}
