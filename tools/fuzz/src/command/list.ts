import {
	corpusFolder,
	listTargets,
	readInputs,
	shown,
	targetName,
} from "./targets.ts";

/** Prints the targets that there are, and how many inputs are kept of each. */
export function list(
	folder: string | undefined,
	{ json }: { readonly json?: boolean },
): number {
	const rows = listTargets(folder).map((file) => {
		const corpus = corpusFolder(file);
		return {
			name: targetName(file),
			file: shown(file),
			seeds: readInputs(`${corpus}/seeds`).length,
			regressions: readInputs(`${corpus}/regressions`).length,
		};
	});
	if (json) {
		for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
		return 0;
	}
	const width = Math.max(0, ...rows.map(({ name }) => name.length));
	for (const { name, file, seeds, regressions } of rows)
		process.stdout.write(
			`${name.padEnd(width)}  ${file}  ${seeds} seeds, ${regressions} regressions\n`,
		);
	if (rows.length === 0)
		process.stdout.write(
			"There are no targets yet: framewright-fuzz init NAME\n",
		);
	return 0;
}
