import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
	type CampaignOptions,
	type CampaignResult,
	campaign,
	replayOne,
} from "../src/engine/campaign.ts";
import { nameOf } from "../src/engine/name.ts";

const fixture = (name: string): string =>
	join(import.meta.dirname, "fixtures", name);

function run(
	name: string,
	options: Partial<CampaignOptions>,
): Promise<CampaignResult> {
	return campaign({ target: fixture(name), ...options });
}

/** All of a result that must not depend on time. */
function lasting({
	hash,
	faults,
	executions,
	edges,
	features,
}: CampaignResult) {
	return { hash, faults, executions, edges, features };
}

describe.concurrent("a campaign", { timeout: 120_000 }, () => {
	test("gets behind magic numbers, versions, words and lengths, and makes the input small", async () => {
		const { faults } = await run("framed.ts", { runs: 3_000_000 });
		expect(faults).toMatchObject([{ oracle: "thrown", code: "RangeError" }]);
		const { input, stack, foundLength } = faults[0] as (typeof faults)[number];
		expect(Buffer.from(input).subarray(0, 11)).toEqual(
			Buffer.from("FWK1\x02\x05admin"),
		);
		expect(input).toHaveLength(13);
		expect(foundLength).toBeGreaterThanOrEqual(13);
		// Of TypeScript, as it is written.
		expect(stack[0]).toMatch(/^decode .*framed\.ts:19:59\)$/);
	});

	test("is the same to the bit for the same seed and runs, and another for another", async () => {
		const options = { runs: 3000, seed: 7, keepGoing: true };
		const [one, same, other] = await Promise.all([
			run("framed.ts", options),
			run("framed.ts", options),
			run("framed.ts", { ...options, seed: 8 }),
		]);
		expect(lasting(one)).toEqual(lasting(same));
		expect(one.executions).toBe(3000);
		expect(other.hash).not.toBe(one.hash);
	});

	test("is the same with several jobs, too, which hand each other what they find", async () => {
		const options = { runs: 40_000, seed: 3, jobs: 2, keepGoing: true };
		const [one, same] = await Promise.all([
			run("framed.ts", options),
			run("framed.ts", options),
		]);
		expect(lasting(one)).toEqual(lasting(same));
	});

	test("makes an endless loop a finding, with the place where it turns", async () => {
		const { faults } = await run("endless.ts", { runs: 1000 });
		expect(faults).toMatchObject([{ oracle: "fuel", input: Uint8Array.of(0) }]);
		expect(faults[0]?.stack[0]).toMatch(/endless\.ts:3:\d+\)$/);
	});

	test("survives what takes the process with it, and keeps its input", async () => {
		const { faults } = await run("hungry.ts", { runs: 100_000, heap: 96 });
		expect(faults).toMatchObject([{ oracle: "memory" }]);
		const [fault] = faults;
		expect(fault?.input[0]).toBe(0x68);
		expect(
			await replayOne(
				{ target: fixture("hungry.ts") },
				fault?.input ?? Uint8Array.of(),
				{ heap: 96 },
			),
		).toMatchObject({ oracle: "memory" });
	});

	test("says so when what took the process with it is no single input", async () => {
		const { faults } = await run("forgetful.ts", { runs: 1000, heap: 96 });
		expect(faults).toMatchObject([{ oracle: "memory" }]);
		expect(faults[0]?.message).toMatch(
			/ran out of 96 MiB of memory; none of the \d+ inputs that were to run does that alone, of which this is one$/,
		);
	});

	test("starts from seeds", async () => {
		const seed = Buffer.from("FWK1\x02\x05admin\x00\x00");
		const { corpusInputs } = await run("framed.ts", { runs: 3, seeds: [seed] });
		expect(corpusInputs.map(nameOf)).toContain(nameOf(seed));
	});
});
