import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { run } from "./run.ts";
import { root } from "./workspace.ts";

const require = createRequire(import.meta.url);

/** The compilers that our types must suit: the oldest that we support, and the one that we use. */
export const compilers: readonly { name: string; tsc: string }[] = [
	{ name: "TypeScript 5.6", tsc: compiler("typescript-5.6") },
	{ name: "the current TypeScript", tsc: compiler("typescript") },
];

/** TypeScript that a package's user may have written. */
export interface Consumer {
	/** The name of its directory in the project. */
	readonly name: string;
	/** The sources of its modules. */
	readonly modules: readonly string[];
	/** Whether Node's types are at hand. Without them, a declaration that needs them is an error. */
	readonly node: boolean;
}

/** Checks a consumer in a project, as a bundler resolves modules and as Node does; the declarations of packages too. */
export async function checkTypes(
	project: string,
	tsc: string,
	consumer: Consumer,
): Promise<void> {
	const directory = join(project, consumer.name);
	mkdirSync(directory, { recursive: true });
	for (const [i, source] of consumer.modules.entries())
		writeFileSync(join(directory, `${i}.ts`), source);
	for (const [module, moduleResolution] of [
		["nodenext", "nodenext"],
		["esnext", "bundler"],
	]) {
		const config = join(directory, `tsconfig.${moduleResolution}.json`);
		writeFileSync(
			config,
			JSON.stringify({
				compilerOptions: {
					target: "es2022",
					lib: ["es2022", "dom"],
					module,
					moduleResolution,
					strict: true,
					exactOptionalPropertyTypes: true,
					// Declarations of packages are checked; TypeScript's own need it no more.
					skipLibCheck: false,
					skipDefaultLibCheck: true,
					noEmit: true,
					types: consumer.node ? ["node"] : [],
					typeRoots: [join(root, "node_modules/@types")],
				},
				include: ["*.ts"],
			}),
		);
		await run(process.execPath, [tsc, "--project", config], { cwd: directory });
	}
}

function compiler(name: string): string {
	return join(dirname(require.resolve(`${name}/package.json`)), "bin/tsc");
}
