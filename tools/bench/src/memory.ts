// What decoders allocate, hold, and make their users hold. Each is measured in a process of its own.

import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { framings } from "./framings.ts";
import type { Measures, Table } from "./results.ts";

const run = promisify(execFile);

export async function* memory(): AsyncGenerator<Table[]> {
	for (const { name, decoders, copying } of framings) {
		const contenders = [
			...decoders([], 0, () => 0),
			...(copying === undefined ? [] : [copying([], () => 0)]),
		].map((contender) => contender.name);
		const rows: Record<string, Measures> = Object.fromEntries(
			contenders.map((contender) => [contender, {}]),
		);
		// Nothing here is timed: every processor takes one after the other.
		const left = contenders.values();
		await Promise.all(
			cpus().map(async () => {
				for (const contender of left)
					rows[contender] = await measure(name, contender);
			}),
		);
		yield [{ what: `memory, ${name}`, rows }];
	}
}

async function measure(framing: string, contender: string): Promise<Measures> {
	const { stdout } = await run(process.execPath, [
		"--conditions=@framewright/source",
		"--expose-gc",
		// Everything happens in the one thread that looks, and what a pass allocates is not collected during it.
		"--single-threaded",
		"--min-semi-space-size=256",
		"--max-semi-space-size=256",
		join(import.meta.dirname, "memory-pass.ts"),
		framing,
		contender,
	]);
	return JSON.parse(stdout);
}
