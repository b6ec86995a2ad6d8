// Prints the packages of this repository that a target needs, themselves and through others: one folder's name a line.

import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const packages = resolve(import.meta.dirname, "../../../packages");

/** Names what a module, and all that it imports by a relative path, imports of this repository. */
function importedBy(file: string, seen = new Set<string>()): string[] {
	if (seen.has(file)) return [];
	seen.add(file);
	const imports = readFileSync(file, "utf8").matchAll(
		/\bfrom\s+"([^"]+)"|\bimport\s+"([^"]+)"/g,
	);
	return [...imports].flatMap(([, from, alone]) => {
		const name = from ?? alone ?? "";
		if (name.startsWith("."))
			return importedBy(join(dirname(file), name), seen);
		const own = /^@framewright\/([^/]+)/.exec(name)?.[1];
		return own === undefined || own === "fuzz" ? [] : [own];
	});
}

const needed = new Set(
	process.argv.slice(2).flatMap((file) => importedBy(file)),
);
// A Set's iteration goes on over what is added meanwhile.
for (const name of needed) {
	const { dependencies = {} } = JSON.parse(
		readFileSync(join(packages, name, "package.json"), "utf8"),
	);
	for (const dependency of Object.keys(dependencies)) {
		const own = /^@framewright\/(.+)/.exec(dependency)?.[1];
		if (own !== undefined) needed.add(own);
	}
}
console.log([...needed].sort().join("\n"));
