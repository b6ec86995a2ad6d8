import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { DecodeError } from "@framewright/codec";

const directory = new URL(
	"../../../packages/ring-buffer/src/",
	import.meta.url,
);

/** A fault planted in the source: in `file`, `text` becomes `replacement`. */
export interface Mutant {
	readonly name: string;
	readonly file: string;
	readonly text: string;
	readonly replacement: string;
}

/** What the ring buffer's modules export, as the threads use it. */
export type RingModule = typeof import("@framewright/ring-buffer");

/** Runs the ring buffer's source as it ships, one fault apart if there is a mutant, with stand-ins for some of its globals. */
export function loadRing(
	globals: Record<string, unknown>,
	mutant?: Mutant,
): RingModule {
	const modules: string[] = [];
	const exported: string[] = [];
	const loaded = new Set<string>();
	const load = (file: string): void => {
		if (loaded.has(file)) return;
		loaded.add(file);
		let source = readFileSync(new URL(file, directory), "utf8");
		if (mutant?.file === file) source = mutate(source, mutant);
		// Functions and classes go into one scope, each after what it imports; the linter keeps their names apart.
		for (const [, from = ""] of source.matchAll(/\bfrom "\.\/([^"]+)"/g))
			load(from);
		const code = stripTypeScriptTypes(source)
			.replaceAll(/^import\s[^;]*;/gm, "")
			.replaceAll(/^export \{[^;]*;/gm, "")
			// So that a thread's state can be told from its fields.
			.replaceAll(/#(?=[a-z])/gi, "private_")
			.replaceAll(
				/^export\s+((?:class|function|const)\s+(\w+))/gm,
				(_, declaration: string, name: string) => {
					exported.push(name);
					return declaration;
				},
			);
		modules.push(code);
	};
	load("index.ts");
	if (mutant !== undefined && !loaded.has(mutant.file))
		throw new Error(`There is no ${mutant.file}`);
	const program = new Function(
		"DecodeError",
		...Object.keys(globals),
		`"use strict";\n${modules.join("\n")}\nreturn { ${[...new Set(exported)].join()} };`,
	);
	return program(DecodeError, ...Object.values(globals)) as RingModule;
}

function mutate(
	source: string,
	{ name, file, text, replacement }: Mutant,
): string {
	const parts = source.split(text);
	if (parts.length !== 2)
		throw new Error(`${name}: ${file} has its text ${parts.length - 1} times`);
	return parts.join(replacement);
}
