import { setTimeout as sleep } from "node:timers/promises";

/** Waits for what others bring about: asks again and again, for `milliseconds` at most. */
export async function until<T>(
	what: string,
	ask: () => T | undefined | Promise<T | undefined>,
	milliseconds = 50_000,
): Promise<T> {
	const end = performance.now() + milliseconds;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (performance.now() > end)
			throw new Error(`${what}: not within ${milliseconds} ms`);
		await sleep(10);
	}
}
