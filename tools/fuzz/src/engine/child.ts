/** The process in which code under test runs. Its parent outlives whatever that does. */
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { probe } from "../probe.ts";
import type { Target } from "../target.ts";
import { Coverage } from "./coverage.ts";
import { Executor } from "./executor.ts";
import { Fuzzer, faultOf } from "./fuzzer.ts";
import { instrumentModules } from "./hooks.ts";
import { lastInputsWriter } from "./last-inputs.ts";
import type { Order, Progress, Report, Task } from "./messages.ts";
import { minimise } from "./minimise.ts";
import { reachedFiles, unreachedEdges } from "./reach.ts";

const MAX_LENGTH = 4096;

function say(report: Report): void {
	if (process.connected) process.send?.(report, onSent);
}

/** Messages that are lost when the parent is gone are nobody's. */
function onSent(): void {}

// A terminal's Ctrl-C reaches this process, too: what it means is the parent's to say, while there is one.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("disconnect", () => process.exit());

process.once("message", async (task: Task) => {
	try {
		const target = await load(task);
		if (target !== undefined) await perform(task, target);
	} catch (error) {
		say({
			kind: "unusable",
			message:
				error instanceof Error ? (error.stack ?? error.message) : `${error}`,
		});
	}
	// Not before all that was said is on its way.
	process.send?.({ kind: "over" } satisfies Report, () =>
		process.disconnect?.(),
	);
});

/** Loads a target; `undefined` when that has to be done again, in a process that instruments what the target names. */
async function load(task: Task): Promise<Target | undefined> {
	if (task.oracles) probe.only = new Set(task.oracles);
	instrumentModules(task.target, task.modules);
	const { fuzz } = await import(pathToFileURL(task.target).href);
	if (typeof fuzz !== "function")
		throw new TypeError(
			`${task.target} must export a function \`fuzz\`, not ${typeof fuzz}`,
		);
	const target = fuzz as Target;
	if (task.modules === undefined && target.modules !== undefined) {
		say({ kind: "modules", modules: target.modules });
		return undefined;
	}
	say({ kind: "ready", edgesKnown: probe.edgesKnown });
	return target;
}

async function perform(task: Task, target: Target): Promise<void> {
	const leave =
		task.lastInputs === undefined
			? undefined
			: lastInputsWriter(task.lastInputs);
	if (task.kind === "fuzz") {
		await fuzz(task, target, leave);
		return;
	}
	const executor = new Executor(target, leave);
	Error.stackTraceLimit = 0;
	switch (task.kind) {
		case "replay":
			for (const [index, input] of task.inputs.entries()) {
				say({ kind: "replayed", index, fault: faultOf(executor, input) });
				await setImmediate();
			}
			break;
		case "minimise": {
			const { input, runs } = minimise(executor, task.input);
			say({ kind: "minimised", input, runs, fault: faultOf(executor, input) });
			break;
		}
		case "cover":
			cover(executor, task.inputs);
			break;
		case "format":
			say({ kind: "formatted", text: target.format?.(task.input) });
			break;
	}
	say({ kind: "done" });
}

function cover(executor: Executor, inputs: readonly Uint8Array[]): void {
	const coverage = new Coverage();
	const features = inputs.map((input) => {
		coverage.clear();
		const failed = executor.run(input, false) !== undefined;
		coverage.add();
		// What fails is a regression, and belongs to no minimal corpus.
		return failed ? [] : coverage.list();
	});
	say({
		kind: "covered",
		features,
		files: reachedFiles(coverage),
		unreached: unreachedEdges(coverage),
	});
}

async function fuzz(
	task: Task & { kind: "fuzz" },
	target: Target,
	leave: ((inputs: readonly Uint8Array[]) => void) | undefined,
): Promise<void> {
	const orders: Order[] = [];
	let wake = (): void => {};
	process.on("message", (order: Order) => {
		orders.push(order);
		wake();
	});

	const started = performance.now();
	const cpu = process.cpuUsage();
	const fuzzer = new Fuzzer(target, {
		seed: task.seed,
		maxLength: task.maxLength ?? target.maxLength ?? MAX_LENGTH,
		seeds: task.seeds,
		dictionary: task.dictionary,
		keepGoing: task.keepGoing,
		...(leave ? { leave } : {}),
	});
	let told = 0;
	let newAt = started;
	let lastNew = 0;
	const tell = (): void => {
		for (const fault of fuzzer.faults.slice(told))
			say({ kind: "fault", fault });
		told = fuzzer.faults.length;
	};
	const progress = (): Progress => ({
		executions: fuzzer.executions,
		runs: probe.runs,
		edges: fuzzer.coverage.edges,
		edgesKnown: probe.edgesKnown,
		features: fuzzer.coverage.features,
		corpus: fuzzer.queue.entries.length,
		lastNew: fuzzer.lastNew,
		mostFuelPerByte: probe.mostFuelPerByte,
		mostHeld: probe.mostHeld,
		seconds: (performance.now() - started) / 1000,
		cpuSeconds: secondsOf(process.cpuUsage(cpu)),
		sinceNew: (performance.now() - newAt) / 1000,
	});

	let stopped = false;
	let round = task.round;
	let said = started;
	let rested = started;
	const ends = (): boolean =>
		stopped || fuzzer.executions >= task.runs || (told > 0 && !task.keepGoing);
	while (!ends()) {
		fuzzer.step(task.runs - fuzzer.executions);
		if (fuzzer.faults.length > told) tell();
		// The clock decides when to speak and to listen, and nothing else.
		const now = performance.now();
		if (fuzzer.lastNew !== lastNew) {
			lastNew = fuzzer.lastNew;
			newAt = now;
		}
		if (now - said > 500) {
			said = now;
			say({ kind: "progress", ...progress() });
		}
		if (now - rested > 100) {
			await setImmediate();
			rested = performance.now();
		}
		if (task.round > 0 && fuzzer.executions >= round && !ends()) {
			round += task.round;
			say({ kind: "round", inputs: fuzzer.fresh });
			fuzzer.fresh = [];
			while (orders.length === 0)
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
		}
		for (const order of orders.splice(0)) {
			if (order.kind === "stop") stopped = true;
			else for (const input of order.inputs) fuzzer.adopt(input);
		}
		if (fuzzer.faults.length > told) tell();
	}
	say({
		kind: "fuzzed",
		progress: progress(),
		corpus: fuzzer.queue.entries.map(({ data }) => data),
	});
	say({ kind: "done" });
}

function secondsOf({ user, system }: NodeJS.CpuUsage): number {
	return (user + system) / 1e6;
}
