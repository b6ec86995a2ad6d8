import fc from "fast-check";
import { expect, test } from "vitest";
import { type CodecLaw, codecLaws } from "../src/index.ts";
import { FAULTS } from "./planted/faults.ts";
import { frames } from "./planted/frames.ts";

const item = fc.uint8Array({ maxLength: 20 });

for (const law of codecLaws(frames(), { item, numRuns: 1000 }))
	test(`a correct layer passes: ${law.name}`, () => law.check());

for (const { fault, layer, law: name, report } of FAULTS)
	test(`${fault} is caught by the law that begins with ${name.source}`, () => {
		const law = codecLaws(layer, { item }).find((law) => name.test(law.name));
		const text = reportOf(law, { seed: 42, numRuns: 1000 });
		if (process.env.SHOW) console.log(text);
		for (const piece of report)
			if (typeof piece === "string") expect(text).toContain(piece);
			else expect(text).toMatch(piece);
	});

test("the same seed leads to the same report", () => {
	for (const { layer, law: name } of FAULTS) {
		const again = () =>
			reportOf(
				codecLaws(layer, { item }).find((law) => name.test(law.name)),
				{ seed: 7, numRuns: 1000 },
			);
		expect(again()).toBe(again());
	}
});

function reportOf(
	law: CodecLaw | undefined,
	runs: Parameters<CodecLaw["check"]>[0],
): string {
	try {
		law?.check(runs);
	} catch (error) {
		return (error as Error).message;
	}
	throw new Error("no law was broken");
}
