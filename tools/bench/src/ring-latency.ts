import { rounded, type Table } from "./results.ts";
import { startPair } from "./thread-pair.ts";
import { turns } from "./thread-turns.ts";

export const ROUND_TRIP = "a message of 64 B to another worker and back";

const ROUNDS = 20;
/** The first rounds, which warm the compilers up. */
const COLD = 3;
const TURNS = 3000;

/** The shares of round trips that take no longer than what a column says. */
export const percentiles: Readonly<Record<string, number>> = {
	"p50, us": 0.5,
	"p90, us": 0.9,
	"p99, us": 0.99,
	"p99.9, us": 0.999,
};

/** Measures round trips between two workers, those of all contenders in turn. */
export async function* ringLatency(): AsyncGenerator<Table[]> {
	const runners = await Promise.all(
		Object.entries(turns).map(async ([row, { memory }]) => {
			const there = memory?.() ?? new SharedArrayBuffer(0);
			const back = memory?.() ?? new SharedArrayBuffer(0);
			return {
				row,
				samples: [] as number[],
				pair: await startPair([
					(port) => ({ row, role: "ask", there, back, port }),
					(port) => ({ row, role: "answer", there, back, port }),
				]),
			};
		}),
	);
	for (let round = 0; round < ROUNDS; round++)
		for (const { pair, samples } of runners) {
			const [times] = (await pair.run(TURNS)) as [Float64Array, unknown];
			if (round >= COLD) samples.push(...times);
		}
	for (const { pair } of runners) await pair.end();
	yield [
		{
			what: ROUND_TRIP,
			rows: Object.fromEntries(
				runners.map(({ row, samples }) => [row, shares(samples)]),
			),
		},
	];
}

function shares(samples: readonly number[]): Record<string, number> {
	const sorted = Float64Array.from(samples).sort();
	return Object.fromEntries(
		Object.entries(percentiles).map(([name, share]) => [
			name,
			rounded((sorted[Math.floor(sorted.length * share)] as number) / 1e3),
		]),
	);
}
