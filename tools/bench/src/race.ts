/** One way to do the work. A pass returns a checksum, which must be the same for all. */
export interface Contender {
	readonly name: string;
	pass(): number | Promise<number>;
}

/** Median nanoseconds of a pass, by contender. */
export type Times = ReadonlyMap<string, number>;

/**
 * Races contenders: every round runs each of them once, in turn, so that a machine that slows down slows them all.
 * The first rounds warm the compilers up and do not count. Garbage is collected between passes, outside the clock.
 */
export async function race(
	contenders: readonly Contender[],
	rounds = 15,
): Promise<Times> {
	const warmUp = rounds;
	const samples = new Map(contenders.map(({ name }) => [name, [] as number[]]));
	let expected: number | undefined;
	for (let round = -warmUp; round < rounds; round++)
		for (const contender of contenders) {
			globalThis.gc?.();
			const start = process.hrtime.bigint();
			const checksum = await contender.pass();
			const elapsed = Number(process.hrtime.bigint() - start);
			expected ??= checksum;
			if (checksum !== expected)
				throw new Error(
					`${contender.name} got ${checksum} where others got ${expected}`,
				);
			if (round >= 0) samples.get(contender.name)?.push(elapsed);
		}
	return new Map([...samples].map(([name, times]) => [name, median(times)]));
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
