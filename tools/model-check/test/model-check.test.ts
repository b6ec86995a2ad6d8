import { describe, expect, test } from "vitest";
import { explore } from "../src/explore.ts";
import { fakeGlobals } from "../src/fake-globals.ts";
import { loadRing } from "../src/load-source.ts";
import { mutants } from "../src/mutants.ts";
import { Replay } from "../src/replay.ts";
import { longScenarios, scenarios } from "../src/scenarios.ts";

const nightly = Number(process.env.FRAMEWRIGHT_RUNS ?? 0) > 10_000;

describe("the source that ships", () => {
	test.each(scenarios)("has no schedule that goes wrong: $name", (scenario) => {
		const { failure, states, ends } = explore(scenario);
		expect(failure).toBeUndefined();
		// Enough to be sure that threads interleaved at all.
		expect(states).toBeGreaterThan(100);
		expect(ends).toBeGreaterThan(1);
	});

	test.runIf(nightly).each(longScenarios)(
		"nor in the long run: $name",
		(scenario) => {
			expect(explore(scenario, undefined, 20_000_000).failure).toBeUndefined();
		},
	);
});

describe("the checker", () => {
	test.each(mutants)("finds that $name", (mutant) => {
		const scenario = scenarios.find(({ name }) => name === mutant.scenario);
		if (scenario === undefined) throw new Error(`No ${mutant.scenario}`);
		expect(explore(scenario, mutant).failure).toMatch(
			/^(Deadlock|Race|Seen|Thread)/,
		);
	});

	test("refuses a mutant whose text is not in the source, or more than once", () => {
		const load = (file: string, text: string) => () =>
			loadRing(
				fakeGlobals(() => new Replay([]), new DataView(new ArrayBuffer(768))),
				{ name: "none", file, text, replacement: "" },
			);
		expect(load("wake.ts", "no such text")).toThrow(
			"wake.ts has its text 0 times",
		);
		expect(load("wait.ts", "side.flush();")).toThrow(
			"wait.ts has its text 3 times",
		);
		expect(load("none.ts", "")).toThrow("There is no none.ts");
	});

	test("stops when there are more states than it may visit", () => {
		const [first] = scenarios;
		if (first === undefined) throw new Error("No scenario");
		expect(() => explore(first, undefined, 10)).toThrow("more than 10 states");
	});
});
