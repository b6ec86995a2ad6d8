/** Which states lead to which. */
export class Graph {
	readonly #before: number[][] = [];

	add(from: number, to: number): void {
		this.#before[to] ??= [];
		this.#before[to].push(from);
	}

	/** Counts the states from which one of `ends` can be reached, these included. */
	countFrom(ends: readonly number[]): number {
		const reached = new Set(ends);
		// A set is walked through to what is added meanwhile.
		for (const state of reached)
			for (const before of this.#before[state] ?? []) reached.add(before);
		return reached.size;
	}
}
