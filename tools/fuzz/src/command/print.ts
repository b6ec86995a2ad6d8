import { dirname, relative } from "node:path";
import { hexdump } from "@framewright/codec-laws/parts";
import type { Fault } from "../engine/fault.ts";
import type { Progress } from "../engine/messages.ts";
import { shown, targetName } from "./targets.ts";

/** A fault as it is printed. */
export interface Printed extends Fault {
	readonly target: string;
	readonly input: Uint8Array;
	readonly foundLength?: number;
	readonly executions?: number;
	readonly minimisingRuns?: number;
	/** Where the input was saved. */
	readonly file?: string;
}

/** Writes all that is known about a fault. */
export function faultText(fault: Printed): string {
	const { target, input, file, stack, events } = fault;
	const sections = [
		`${fault.oracle}${fault.code && ` (${fault.code})`}: ${fault.message}`,
	];
	if (events) sections.push(eventsText(events));
	if (stack.length > 0)
		sections.push(stack.map((frame) => `    at ${frame}`).join("\n"));
	const cuts = fault.cuts.map((at) => ({ at, drain: true }));
	const length = `${input.length} byte${input.length === 1 ? "" : "s"}`;
	sections.push(
		[
			fault.foundLength === undefined
				? `The input, ${length}:`
				: `The input, ${fault.foundLength} -> ${length} in ${count(fault.minimisingRuns ?? 0)} runs, found by execution ${count(fault.executions ?? 0)}:`,
			...hexdump(
				input.subarray(0, MOST_SHOWN),
				cuts.filter(({ at }) => at <= MOST_SHOWN),
			).map((line) => `    ${line}`),
			...(input.length > MOST_SHOWN
				? [`    ... ${count(input.length - MOST_SHOWN)} bytes more`]
				: []),
		].join("\n"),
	);
	sections.push(
		`To see it again:\n    framewright-fuzz repro ${shown(target)} ${file ? shown(file) : `hex:${Buffer.from(input).toString("hex")}`}`,
	);
	sections.push(
		`As a test, in a file beside the target:\n\n${testCase(fault)}`,
	);
	return sections.join("\n\n");
}

const MOST_SHOWN = 1024;

/** What does not show unless the code is instrumented, or takes the process with it. */
const NEEDS_ENGINE = new Set(["fuel", "memory", "crash", "linear-work"]);

/** Writes a vitest case that fails as long as the fault is there. It stands beside the target's file. */
export function testCase({ target, input, oracle, message }: Printed): string {
	const module = `./${relative(dirname(target), target)}`;
	const title = JSON.stringify(
		`${targetName(target)}: ${oracle}: ${message.split("\n", 1)[0]?.slice(0, 100)}`,
	);
	const bytes = `Buffer.from("${Buffer.from(input).toString("hex")}", "hex")`;
	if (!NEEDS_ENGINE.has(oracle))
		return [
			'import { test } from "vitest";',
			`import { fuzz } from ${JSON.stringify(module)};`,
			"",
			`test(${title}, () => {`,
			`\tfuzz(${bytes});`,
			"});",
		].join("\n");
	return [
		'import { replayInput } from "@framewright/fuzz";',
		'import { test } from "vitest";',
		"",
		`test(${title}, async () => {`,
		`\tconst target = new URL(${JSON.stringify(module)}, import.meta.url);`,
		`\tawait replayInput(target, ${bytes});`,
		"}, 60_000);",
	].join("\n");
}

function eventsText({
	expected,
	actual,
}: NonNullable<Fault["events"]>): string {
	let same = 0;
	while (same < expected.length && expected[same] === actual[same]) same += 1;
	const list = (title: string, events: readonly string[]): string[] => [
		`${title}:`,
		...events
			.slice(Math.max(0, same - 3), same)
			.map((event) => `      ${cut(event)}`),
		`    > ${cut(events[same] ?? "(nothing more)")}`,
	];
	return [...list("Expected", expected), ...list("Actual", actual)].join("\n");
}

function cut(event: string): string {
	return event.length > 400 ? `${event.slice(0, 400)}...` : event;
}

/** Says in one line how far a campaign has come. `before` is the progress that was last said. */
export function progressLine(now: Progress, before?: Progress): string {
	const seconds = Math.max(0.001, now.seconds - (before?.seconds ?? 0));
	const rate = (of: (progress: Progress) => number): string =>
		count(Math.round((of(now) - (before ? of(before) : 0)) / seconds));
	const flat = now.sinceNew > 10 && now.sinceNew > now.seconds / 2;
	return [
		`${Math.round(now.seconds)} s`,
		`${count(now.executions)} executions`,
		`${rate((one) => one.executions)}/s`,
		`${rate((one) => one.runs)} decoder runs/s`,
		`edges ${now.edges}/${now.edgesKnown}`,
		`corpus ${now.corpus}`,
		`new ${now.sinceNew.toFixed(0)} s ago${flat ? ", plateau" : ""}`,
		`fuel/byte <= ${Math.round(now.mostFuelPerByte)}`,
		`held <= ${count(now.mostHeld)} B`,
	].join("  ");
}

/** Says what a campaign did, when it is over. */
export function endLine(now: Progress, hash: string): string {
	const perSecond = (total: number): string =>
		count(Math.round(total / Math.max(now.cpuSeconds, 0.001)));
	return `${count(now.executions)} executions and ${count(now.runs)} decoder runs in ${now.seconds.toFixed(1)} s: ${perSecond(now.executions)} and ${perSecond(now.runs)} a second of one core; ${now.edges} of ${now.edgesKnown} edges, corpus ${now.corpus} (${hash})`;
}

export function count(n: number): string {
	return n.toLocaleString("en");
}
