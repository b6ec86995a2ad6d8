import { expect, test } from "vitest";
import { bars, verdict } from "../src/bars.ts";
import { race } from "../src/race.ts";
import { findTable, type Results, rates } from "../src/results.ts";

test("rates have three digits and the number of passes they are the median of", () => {
	const table = rates(
		{ what: "decode something", frame: 64 },
		{ frames: 1000, bytes: 64_000 },
		new Map([["peer", { ns: 123_456, passes: 3 }]]),
	);
	expect(table).toEqual({
		what: "decode something",
		frame: 64,
		rows: { peer: { "M frames/s": 8.1, "MB/s": 518, passes: 3 } },
	});
});

test("a bar compares our row with the fastest of theirs, and is not measured without a table", () => {
	const bar = bars.find(({ text }) => text.startsWith("lines to strings"));
	const table = {
		what: "decode lines to strings",
		frame: 64,
		chunk: "chunks of 64 KiB",
		rows: {
			"framewright lines()": { "MB/s": 300 },
			'split2("\\n")': { "MB/s": 100 },
			"split2()": { "MB/s": 150 },
		},
	};
	const results: Results = { newline: { on: "", tables: [table] } };
	expect(bar?.measured(results)).toBe(2);
	expect(bar?.measured({})).toBeUndefined();
	const place = { suite: "newline", what: table.what };
	expect(findTable(results, { ...place, frame: 64 })).toBe(table);
	expect(findTable(results, { ...place, frame: 16 })).toBeUndefined();
});

test("a bar is met at its threshold", () => {
	const bar = { suite: "", text: "", measured: () => undefined };
	expect(verdict({ ...bar, atLeast: 3 }, 3)).toBe("met");
	expect(verdict({ ...bar, atLeast: 3 }, 2.99)).toBe("short");
	expect(verdict({ ...bar, atMost: 2.2 }, 2.3)).toBe("short");
	expect(verdict(bar, 1)).toBe("");
});

test("a race excuses who is slow from further rounds, and times the others on", async () => {
	const passes = { quick: 0, slow: 0, endless: 0 };
	const busy = (name: keyof typeof passes, ms: number) => ({
		name,
		pass() {
			passes[name] += 1;
			const end = performance.now() + ms;
			while (performance.now() < end);
			return 1;
		},
	});
	const times = await race(
		[busy("quick", 0), busy("slow", 20), busy("endless", 450)],
		{ rounds: 5, seconds: 0.1 },
	);
	expect(passes.quick).toBe(10);
	expect(times.get("quick")?.passes).toBe(5);
	expect(times.get("slow")?.passes).toBeGreaterThanOrEqual(3);
	expect(passes.endless).toBe(1);
	expect(times.get("endless")).toMatchObject({ passes: 1 });
	expect(times.get("endless")?.ns).toBeGreaterThanOrEqual(450e6);
});

test("a race ends where contenders disagree", async () => {
	const contender = (name: string, sum: number) => ({ name, pass: () => sum });
	await expect(
		race([contender("one", 1), contender("other", 2)]),
	).rejects.toThrow("other got 2 where others got 1");
});
