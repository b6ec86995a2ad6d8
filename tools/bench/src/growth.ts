import type { Framing } from "./framing.ts";
import { type Contender, race, type Time } from "./race.ts";
import { rounded, type Table } from "./results.ts";
import { MiB, workload } from "./workload.ts";

// What takes a minute, and would show the same as the contender beside it.
const leftOut = ["split2()", "bare loop, no view"];

/** What anybody has to do at the least: what memory takes to grow is not the decoder's. */
export const COPY = "copying alone, size known";

/** Decodes one frame of 4 MiB and one of 8, in chunks as TCP brings them: a ratio of 2 is linear, 4 quadratic. */
export async function growth<Item>(framing: Framing<Item>): Promise<Table> {
	const sums = new Map<number, number>();
	// Both sizes in one race: the ratio is what matters. What is not quadratic takes milliseconds; what is gets as many
	// passes as there is time for, one at the least.
	const times = await race(
		[4 * MiB, 8 * MiB].flatMap((frame) => {
			const encoded = framing.encode(framing.payloads(frame, 0));
			const { chunks } = workload(encoded, 1460);
			const decoders = framing
				.decoders(chunks, 1, framing.sink)
				.filter(({ name }) => !leftOut.includes(name))
				.map(
					({ name, pass }): Contender => ({
						name: `${name} ${frame}`,
						async pass() {
							const sum = await pass();
							if (sum !== (sums.get(frame) ?? sum))
								throw new Error(`${name} got ${sum} of ${frame} bytes`);
							sums.set(frame, sum);
							return 0;
						},
					}),
				);
			return [...decoders, copying(`${COPY} ${frame}`, chunks)];
		}),
		{ rounds: 21, seconds: 0.8 },
	);
	const names = framing
		.decoders([], 1, framing.sink)
		.map(({ name }) => name)
		.filter((name) => !leftOut.includes(name));
	names.push(COPY);
	const time = (name: string, frame: number): Time =>
		times.get(`${name} ${frame}`) as Time;
	return {
		what: `one frame, ${framing.name}`,
		chunk: "chunks of 1,460 B",
		rows: Object.fromEntries(
			names.map((name) => {
				const [once, twice] = [time(name, 4 * MiB), time(name, 8 * MiB)];
				return [
					name,
					{
						"4 MiB, ms": rounded(once.ns / 1e6),
						"8 MiB, ms": rounded(twice.ns / 1e6),
						ratio: rounded(twice.ns / once.ns),
						passes: twice.passes,
					},
				];
			}),
		),
	};
}

function copying(name: string, chunks: readonly Uint8Array[]): Contender {
	const size = chunks.reduce((sum, { length }) => sum + length, 0);
	return {
		name,
		pass() {
			const memory = new Uint8Array(size);
			let at = 0;
			for (const chunk of chunks) {
				memory.set(chunk, at);
				at += chunk.length;
			}
			// The same for all, as the race demands.
			return memory.length - size;
		},
	};
}
