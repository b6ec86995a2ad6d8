import { afterAll, expect, test } from "vitest";
import { rounds, Stress } from "./stress-rounds.ts";

// FRAMEWRIGHT_RUNS=200000, as every night, makes it 10^9 messages.
const runs = Number(process.env.FRAMEWRIGHT_RUNS ?? 0);
const whole = runs > 10_000;
const total = whole ? runs * 5000 : 0;
const BOUNDED_MS = 8000;

const stress = new Stress();
afterAll(() => stress.close());

test("no message between two workers is lost or torn, and nobody waits for ever", async () => {
	const read = new Map<string, number>();
	const begin = performance.now();
	let seed = (Math.random() * 2 ** 30) | 0;
	let count = 0;
	let told = 0;
	const isDone = (): boolean =>
		whole ? count >= total : performance.now() - begin > BOUNDED_MS;
	do {
		for (const round of rounds) {
			const messages = whole ? 20_000_000 : 1_000_000;
			const done = await stress.run(round, seed++, messages);
			read.set(round.name, (read.get(round.name) ?? 0) + done);
			count += done;
		}
		if (whole && count - told > total / 50) {
			told = count;
			const seconds = Math.round((performance.now() - begin) / 1000);
			console.log(`${count} messages in ${seconds} s`);
		}
	} while (!isDone());
	for (const { name, ending } of rounds)
		if (ending !== "consumer is terminated")
			expect(read.get(name), name).toBeGreaterThan(0);
});
