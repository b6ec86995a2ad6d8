import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
	readTranscripts,
	type Transcript,
} from "../../../packages/json-rpc-peer/test/transcript.ts";
import { type Failure, failuresOf, tally } from "../src/transcripts.ts";

const sabotaged = join(import.meta.dirname, "sabotaged-servers.ts");
const all = readTranscripts();

test("our server keeps to every transcript", async () => {
	const failures = await failuresOf("framewright");
	expect(failures).toEqual([]);
	const { rows } = tally(all, new Map([["framewright", failures]]));
	expect(rows["all of them"]).toEqual({
		transcripts: all.length,
		framewright: all.length,
	});
});

describe.concurrent("the runner notices", () => {
	test("a server that writes ids anew", async () => {
		const titles = titlesOf(
			await failuresOf(
				"JSON.parse",
				sabotaged,
				({ chapter }) => chapter === "Ids",
			),
		);
		expect(titles).toContain("an id of 1.0 is not rewritten as 1");
		expect(titles).toContain("an id of 2^53 + 1 keeps its last digit");
		expect(titles).not.toContain("an id of 0");
	});

	test("a server that says nothing", async () => {
		const titles = titlesOf(await failuresOf("silent", sabotaged, isSmall));
		// What needs no answer is kept to all the same.
		expect(titles).not.toContain("a result that nobody asked for");
		expect(titles).toHaveLength(
			all
				.filter(isSmall)
				.filter(({ steps }) =>
					steps.some(({ answers }) =>
						answers.some((forms) => !forms.includes("nothing")),
					),
				).length,
		);
	});

	test("a server that crashes its process, and goes on behind it", async () => {
		const failures = await failuresOf("crashing", sabotaged, isSmall);
		expect(worst(failures, "crashes its process")).toEqual(withToString);
		expect(titlesOf(failures)).toContain("names are case-sensitive");
	});

	test("a server that blocks its process, and goes on behind it", async () => {
		const failures = await failuresOf("blocking", sabotaged, isSmall);
		expect(worst(failures, "blocks its process")).toEqual(withToString);
		expect(titlesOf(failures)).toContain("names are case-sensitive");
	});

	test("a server that is never done", async () => {
		const failures = await failuresOf("endless", sabotaged, isSmall);
		expect(worst(failures, "is not done in a second")).toEqual(withToString);
	});
});

test("a library that there is not is an error", async () => {
	await expect(failuresOf("no such", sabotaged)).rejects.toThrow("no such");
});

test("a tally counts by chapter and in all", () => {
	const [first, second, third] = [
		{ chapter: "A", title: "1", steps: [] },
		{ chapter: "A", title: "2", steps: [] },
		{ chapter: "B", title: "3", steps: [] },
	] as const;
	const failures = new Map([
		["good", []],
		["bad", [{ transcript: second, wrong: "" }]],
	]);
	expect(tally([first, second, third], failures).rows).toEqual({
		A: { transcripts: 2, good: 2, bad: 1 },
		B: { transcripts: 1, good: 1, bad: 1 },
		"all of them": { transcripts: 3, good: 3, bad: 2 },
	});
});

/** The transcripts in which something is sent that crashes or blocks those servers. */
const withToString = all
	.filter(({ steps }) =>
		steps.some(({ sent }) => sent.some((text) => text.includes("toString"))),
	)
	.map(({ title }) => title);

/** Whether it is in one of the chapters that have such transcripts. */
function isSmall({ chapter }: Transcript): boolean {
	return chapter === "Methods" || chapter === "Responses";
}

function titlesOf(failures: readonly Failure[]): string[] {
	return failures.map(({ transcript }) => transcript.title);
}

function worst(failures: readonly Failure[], wrong: string): string[] {
	return titlesOf(failures.filter((failure) => failure.wrong === wrong));
}
