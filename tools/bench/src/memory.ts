// What decoders allocate, hold, and make their users hold. Each is measured in a process of its own.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { framings } from "./framings.ts";
import type { Measures, Table } from "./results.ts";

const run = promisify(execFile);

export async function* memory(): AsyncGenerator<Table[]> {
	for (const { name, decoders, copying } of framings) {
		const rows: Record<string, Measures> = {};
		for (const contender of [
			...decoders([], 0, () => 0),
			...(copying === undefined ? [] : [copying([], () => 0)]),
		]) {
			const { stdout } = await run(process.execPath, [
				"--conditions=@framewright/source",
				"--expose-gc",
				// Everything happens in the one thread that looks, and what a pass allocates is not collected during it.
				"--single-threaded",
				"--min-semi-space-size=256",
				"--max-semi-space-size=256",
				join(import.meta.dirname, "memory-pass.ts"),
				name,
				contender.name,
			]);
			rows[contender.name] = JSON.parse(stdout);
		}
		yield [{ what: `memory, ${name}`, rows }];
	}
}
