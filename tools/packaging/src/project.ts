import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";
import type { Tarball } from "./tarball.ts";
import type { Package } from "./workspace.ts";

/** Everything that is packed, and where projects may be made. */
export interface Store {
	readonly packages: readonly Package[];
	readonly tarballs: ReadonlyMap<string, Tarball>;
	/** A temporary directory outside the workspace, so that nothing is found there which was not installed. */
	readonly directory: string;
}

/**
 * Makes an empty project and installs packages from their tarballs into it. What they depend on comes from the tarballs
 * too, where it is of this repository; the rest, and peer dependencies, come from the registry as for any user.
 * Returns the project's directory.
 */
export async function install(
	store: Store,
	names: readonly string[],
): Promise<string> {
	const directory = join(store.directory, nameOf(names));
	mkdirSync(directory);
	const tarball = (name: string): [string, string] => [
		name,
		`file:${store.tarballs.get(name)?.path}`,
	];
	const dependencies = Object.fromEntries(names.map(tarball));
	const overrides = Object.fromEntries(
		workspaceDependencies(store, names)
			.filter((name) => !names.includes(name))
			.map(tarball),
	);
	writeFileSync(
		join(directory, "package.json"),
		JSON.stringify({ private: true, type: "module", dependencies, overrides }),
	);
	await run(
		"npm",
		[
			"install",
			"--no-audit",
			"--no-fund",
			"--no-package-lock",
			"--prefer-offline",
		],
		{ cwd: directory },
	);
	return directory;
}

/** Lists the packages of this repository that the named ones need, themselves included. */
export function workspaceDependencies(
	{ packages }: Pick<Store, "packages">,
	names: Iterable<string>,
): string[] {
	const needed = new Set(names);
	// A Set's iteration goes on over what is added meanwhile.
	for (const name of needed) {
		const manifest = packages.find((item) => item.name === name)?.manifest;
		for (const dependency of Object.keys(manifest?.dependencies ?? {}))
			if (packages.some((item) => item.name === dependency))
				needed.add(dependency);
	}
	return [...needed];
}

/** Names a directory by what is installed in it. No file system takes the names of all packages. */
function nameOf([first = "nothing", ...others]: readonly string[]): string {
	const more = others.length > 0 ? `+${others.length}` : "";
	return `${first.replaceAll("/", "_")}${more}`;
}
