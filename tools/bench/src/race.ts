/** One way to do the work. A pass returns a checksum, which must be the same for all. */
export interface Contender {
	readonly name: string;
	pass(): number | Promise<number>;
	/** Whether its work grows with the square of a frame's chunks: then it is left out where that would take minutes. */
	readonly quadratic?: boolean;
}

/** How many rounds count, at the most, and the seconds in which a contender should be through. */
export interface Effort {
	readonly rounds: number;
	readonly seconds: number;
}

/** Median nanoseconds of a pass, and the number of passes that this is the median of. */
export interface Time {
	readonly ns: number;
	readonly passes: number;
}

/** The times of a race, by contender. */
export type Times = ReadonlyMap<string, Time>;

/** Fewer passes have no median. */
const FEWEST = 3;
/** How many times its seconds a contender may take to get there. */
const PATIENCE = 4;

/**
 * Races contenders: every round runs each of them once, in turn, so that a machine that slows down slows them all.
 * The first rounds warm the compilers up and do not count. Garbage is collected between passes, outside the clock.
 */
export async function race(
	contenders: readonly Contender[],
	{ rounds, seconds }: Effort = { rounds: 15, seconds: 1.5 },
): Promise<Times> {
	const limit = seconds * 1e9;
	const runners = contenders.map((contender) => ({
		contender,
		warmUps: 0,
		spent: 0,
		samples: [] as number[],
	}));
	let expected: number | undefined;
	for (let running = runners; running.length > 0; )
		running = await run(running);
	return new Map(
		runners.map(({ contender, samples }) => [
			contender.name,
			{ ns: median(samples), passes: samples.length },
		]),
	);

	async function run(running: typeof runners): Promise<typeof runners> {
		const next: typeof runners = [];
		for (const runner of running) {
			const { contender, samples } = runner;
			globalThis.gc?.();
			const start = process.hrtime.bigint();
			const checksum = await contender.pass();
			const elapsed = Number(process.hrtime.bigint() - start);
			expected ??= checksum;
			if (checksum !== expected)
				throw new Error(
					`${contender.name} got ${checksum} where others got ${expected}`,
				);
			runner.spent += elapsed;
			// A third of the time is enough to warm up; the first pass of all is never warm, and counts only if it took all of it.
			const excused = runner.spent > PATIENCE * limit;
			const cold =
				runner.warmUps === 0 ||
				(runner.warmUps < rounds && runner.spent - elapsed < limit / 3);
			if (cold) runner.warmUps += 1;
			if (!cold || excused) samples.push(elapsed);
			const done =
				excused ||
				samples.length >= rounds ||
				(runner.spent > limit && samples.length >= FEWEST);
			if (!done) next.push(runner);
		}
		return next;
	}
}

export function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
