/** One way to do the work. A pass returns a checksum, which must be the same for all. */
export interface Contender {
	readonly name: string;
	pass(): number | Promise<number>;
}

/** Median nanoseconds of a pass, by contender. */
export type Times = Map<string, number>;

/**
 * Races contenders: every round runs each of them once, in turn, so that a machine that slows down slows them all.
 * The first rounds warm the compilers up and do not count. Garbage is collected between passes, outside the clock.
 */
export async function race(
	contenders: readonly Contender[],
	rounds: number,
	warmUp: number = Math.ceil(rounds / 3),
): Promise<Times> {
	const samples = new Map(contenders.map(({ name }) => [name, [] as number[]]));
	let expected: number | undefined;
	for (let round = -warmUp; round < rounds; round++)
		for (const { name, pass } of contenders) {
			globalThis.gc?.();
			const start = process.hrtime.bigint();
			const checksum = await pass();
			const elapsed = Number(process.hrtime.bigint() - start);
			expected ??= checksum;
			if (checksum !== expected)
				throw new Error(`${name} got ${checksum}, the others ${expected}`);
			if (round >= 0) samples.get(name)?.push(elapsed);
		}
	return new Map([...samples].map(([name, times]) => [name, median(times)]));
}

export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[sorted.length >> 1] as number;
}
