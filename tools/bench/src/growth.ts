import type { Framing } from "./framing.ts";
import { race, type Times } from "./race.ts";
import { rounded, type Table } from "./results.ts";
import { MiB, workload } from "./workload.ts";

/** Decodes one frame of 4 MiB and one of 8, in chunks as TCP brings them: a ratio of 2 is linear, 4 quadratic. */
export async function growth<Item>(framing: Framing<Item>): Promise<Table> {
	const times: Times[] = [];
	for (const frame of [4 * MiB, 8 * MiB]) {
		const { chunks } = workload(
			framing.encode(framing.payloads(frame, 0)),
			1460,
		);
		// What is not quadratic takes milliseconds. What is gets as many passes as there is time for, one at the least.
		times.push(
			await race(framing.decoders(chunks, 1, framing.sink), {
				rounds: 15,
				seconds: 0.8,
			}),
		);
	}
	const [once, twice] = times as [Times, Times];
	const ms = (times: Times, name: string): number =>
		(times.get(name)?.ns ?? Number.NaN) / 1e6;
	return {
		what: `one frame, ${framing.name}`,
		chunk: "chunks of 1,460 B",
		rows: Object.fromEntries(
			[...once.keys()].map((name) => [
				name,
				{
					"4 MiB, ms": rounded(ms(once, name)),
					"8 MiB, ms": rounded(ms(twice, name)),
					ratio: rounded(ms(twice, name) / ms(once, name)),
					passes: twice.get(name)?.passes ?? 0,
				},
			]),
		),
	};
}
