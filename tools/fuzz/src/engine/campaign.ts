import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault } from "./fault.ts";
import type { FoundFault } from "./fuzzer.ts";
import type { Progress, Report, Task } from "./messages.ts";
import { minimiseBy } from "./minimise.ts";
import { nameOf, nameOfCorpus } from "./name.ts";
import { Death, Session, type SessionOptions } from "./session.ts";

export interface CampaignOptions extends SessionOptions {
	/** The target's file. */
	readonly target: string;
	/** Executions of all jobs together. Default: no end. */
	readonly runs?: number;
	/** Seconds. Default: no end. */
	readonly time?: number;
	/** What decides chance. Default: 1. */
	readonly seed?: number;
	/** Processes. Default: 1. */
	readonly jobs?: number;
	/** The longest input to try, in bytes. Default: the target's, or 4,096. */
	readonly maxLength?: number;
	/** Inputs to start from. Default: none. */
	readonly seeds?: readonly Uint8Array[];
	readonly dictionary?: readonly Uint8Array[];
	/** The oracles to ask. Default: all. */
	readonly oracles?: readonly string[];
	/** Whether to go on after a fault. Default: false. */
	readonly keepGoing?: boolean;
	/** Called about every half second. */
	readonly onProgress?: (progress: Progress) => void;
	/** Called with each new fault. */
	readonly onFault?: (fault: FoundFault) => void;
	/** Ends the campaign early. */
	readonly signal?: AbortSignal;
}

export interface CampaignResult extends Progress {
	readonly faults: readonly FoundFault[];
	/** What was found worth keeping, by all jobs. */
	readonly corpusInputs: readonly Uint8Array[];
	/** Names the corpus: the same for the same seed, runs, jobs, seeds and code. */
	readonly hash: string;
}

/** A target that takes its process along again and again is known well enough. */
const MOST_RESTARTS = 8;
/** Executions between two exchanges of inputs. */
const ROUND = 8192;

/** Fuzzes a target in processes of their own. The same options, but `time`, give the same result to the bit. */
export async function campaign(
	options: CampaignOptions,
): Promise<CampaignResult> {
	const { jobs = 1, runs = Number.POSITIVE_INFINITY, seed = 1 } = options;
	const folder = mkdtempSync(join(tmpdir(), "framewright-fuzz-"));
	const started = performance.now();
	const faults = new Map<string, FoundFault>();
	const progress: (Progress | undefined)[] = Array(jobs).fill(undefined);
	const corpora: (readonly Uint8Array[])[] = [];
	/** What jobs have found since they last met. */
	const heard: { readonly job: number; readonly fault: FoundFault }[] = [];
	const meeting = new Meeting(jobs, () => announce());
	const total = (): Progress =>
		sum(
			progress.filter((one) => one !== undefined),
			started,
		);

	/** Tells of what was heard: in the order of executions and jobs, not in that in which they were heard. */
	const announce = (): void => {
		heard.sort(
			(a, b) => a.fault.executions - b.fault.executions || a.job - b.job,
		);
		for (const { fault } of heard.splice(0)) {
			if (faults.has(fault.key)) continue;
			faults.set(fault.key, fault);
			options.onFault?.(fault);
			if (!options.keepGoing) meeting.end();
		}
	};
	const found = (job: number, fault: FoundFault): void => {
		heard.push({ job, fault });
		// One job has stopped by itself. Others stop when they meet, and tell then, so that it is the same each time.
		if (jobs === 1) announce();
	};

	async function work(job: number): Promise<void> {
		const task: Task = {
			kind: "fuzz",
			target: options.target,
			// Any numbers will do, as long as they are others.
			seed: (seed + Math.imul(job, 0x9e3779b9)) | 0,
			runs: Math.ceil(runs / jobs),
			seeds: options.seeds ?? [],
			dictionary: options.dictionary ?? [],
			keepGoing: options.keepGoing ?? false,
			round: jobs > 1 ? ROUND : 0,
			lastInputs: join(folder, `${job}`),
			...(options.maxLength === undefined
				? {}
				: { maxLength: options.maxLength }),
			...(options.oracles ? { oracles: options.oracles } : {}),
		};
		/** What the processes did that are gone. */
		let gone: Progress | undefined;
		const note = (now: Progress): void => {
			progress[job] = gone ? inTurn(gone, now) : now;
		};
		const hear = (report: Report, session: Session): void => {
			if (report.kind === "ready") {
				stops.add(() => session.send({ kind: "stop" }));
				if (stopped) session.send({ kind: "stop" });
			} else if (report.kind === "progress") {
				note(report);
				options.onProgress?.(total());
			} else if (report.kind === "fault") found(job, report.fault);
			else if (report.kind === "round")
				meeting.arrive(job, report.inputs, (order) => session.send(order));
			else if (report.kind === "fuzzed") {
				note(report.progress);
				corpora.push([...report.corpus]);
			}
		};
		try {
			for (let death = 0; ; death++)
				try {
					const done = gone?.executions ?? 0;
					// Another seed, or it would die of the same input again.
					const again = { seed: task.seed + death, runs: task.runs - done };
					await Session.run({ ...task, ...again }, options, hear);
					return;
				} catch (error) {
					if (!(error instanceof Death) || error.inputs.length === 0)
						throw error;
					if (stopped) return;
					gone = progress[job];
					found(job, await fatal(error, task, options, gone));
					if (!options.keepGoing || stopped || death === MOST_RESTARTS) return;
				}
		} finally {
			meeting.leave(job);
		}
	}

	let stopped = false;
	const stops = new Set<() => void>();
	const stop = (): void => {
		stopped = true;
		for (const one of stops) one();
		meeting.end();
	};
	const timer =
		options.time === undefined
			? undefined
			: setTimeout(stop, options.time * 1000);
	options.signal?.addEventListener("abort", stop);
	try {
		const ended = await Promise.allSettled(
			Array.from({ length: jobs }, (_, job) =>
				work(job).catch((error) => {
					stop();
					throw error;
				}),
			),
		);
		announce();
		for (const one of ended) if (one.status === "rejected") throw one.reason;
	} finally {
		clearTimeout(timer);
		options.signal?.removeEventListener("abort", stop);
		rmSync(folder, { recursive: true, force: true });
	}
	const inputs = new Map(
		corpora.flat().map((data) => [nameOf(data), data] as const),
	);
	const names = [...inputs.keys()].sort();
	const corpusInputs = names.map((name) => inputs.get(name) as Uint8Array);
	return {
		...total(),
		faults: [...faults.values()],
		corpusInputs,
		corpus: names.length,
		hash: nameOfCorpus(corpusInputs),
	};
}

/** Where jobs meet after each round, and hand each other what they found: in their order, whoever is first. */
class Meeting {
	readonly #there: Map<number, { inputs: readonly Uint8Array[]; send: Send }> =
		new Map();
	readonly #members: Set<number>;
	readonly #onMeet: () => void;
	#ended = false;

	/** Calls `onMeet` when all have come, before they go on. */
	constructor(jobs: number, onMeet: () => void) {
		this.#onMeet = onMeet;
		this.#members = new Set(Array.from({ length: jobs }, (_, job) => job));
	}

	arrive(job: number, inputs: readonly Uint8Array[], send: Send): void {
		this.#there.set(job, { inputs, send });
		this.#meet();
	}

	leave(job: number): void {
		this.#members.delete(job);
		this.#meet();
	}

	/** Has all stop when they next meet. */
	end(): void {
		this.#ended = true;
		this.#meet();
	}

	#meet(): void {
		if ([...this.#members].some((job) => !this.#there.has(job))) return;
		const there = [...this.#there].sort(([a], [b]) => a - b);
		this.#there.clear();
		this.#onMeet();
		for (const [job, { send }] of there)
			if (this.#ended) send({ kind: "stop" });
			else
				send({
					kind: "inputs",
					inputs: there
						.filter(([other]) => other !== job)
						.flatMap(([, { inputs }]) => inputs),
				});
	}
}

type Send = Session["send"];

/** A process that dies takes long: so many may be spent on making its input smaller. */
const MOST_DEATHS = 12;
const PATIENCE_WITH_THE_DEAD = 10;

/** Describes what ended a process, and makes its input smaller, in a process for each try. */
async function fatal(
	death: Death,
	task: Task,
	options: SessionOptions,
	progress: Progress | undefined,
): Promise<FoundFault> {
	const fault = faultOfDeath(death);
	let deaths = 0;
	const kills = async (candidate: Uint8Array): Promise<boolean> => {
		deaths += 1;
		const again = await replayOne(task, candidate, {
			...options,
			patience: PATIENCE_WITH_THE_DEAD,
		});
		return again?.oracle === fault.oracle;
	};
	const input = await killerOf(death, task, options);
	if (!(await kills(input)))
		return {
			...fault,
			message: `${fault.message}; ${
				death.inputs.length === 1
					? "this input alone does not do that"
					: `none of the ${death.inputs.length} inputs that were to run does that alone, of which this is one`
			}`,
			input,
			foundLength: input.length,
			executions: progress?.executions ?? 0,
			minimisingRuns: deaths,
		};
	const smaller = await minimiseLater(input, kills, () => deaths < MOST_DEATHS);
	return {
		...fault,
		input: smaller,
		foundLength: input.length,
		executions: progress?.executions ?? 0,
		minimisingRuns: deaths,
	};
}

/** Finds the input that a process died of: the one, of those that it left, with which another process ends the same way. */
async function killerOf(
	{ how, inputs }: Death,
	task: Task,
	options: SessionOptions,
): Promise<Uint8Array> {
	const last = inputs.at(-1) as Uint8Array;
	if (inputs.length === 1) return last;
	try {
		await Session.run(
			{ ...task, kind: "replay", inputs },
			{ ...options, patience: PATIENCE_WITH_THE_DEAD },
			() => {},
		);
	} catch (error) {
		if (!(error instanceof Death)) throw error;
		// This one has left them one by one.
		if (error.how === how) return error.inputs[0] ?? last;
	}
	return last;
}

/** Makes an input smaller where each try takes a while: by `minimiseBy`, told the answers found so far. */
async function minimiseLater(
	input: Uint8Array,
	kills: (candidate: Uint8Array) => Promise<boolean>,
	mayGoOn: () => boolean,
): Promise<Uint8Array> {
	const answers = new Map<string, boolean>();
	for (;;) {
		let unknown: Uint8Array | undefined;
		const { input: best } = minimiseBy(
			input,
			(candidate) => {
				const answer = answers.get(nameOf(candidate));
				if (answer === undefined) unknown ??= candidate;
				return answer ?? false;
			},
			() => unknown === undefined,
		);
		if (unknown === undefined || !mayGoOn()) return best;
		answers.set(nameOf(unknown), await kills(unknown));
	}
}

function oracleOf({ how }: Death): string {
	return { memory: "memory", silence: "fuel", crash: "crash" }[how];
}

function faultOfDeath(death: Death): Fault {
	const oracle = oracleOf(death);
	return {
		oracle,
		code: "",
		message: `The process ${death.message}`,
		cuts: [],
		stack: [],
		key: `${oracle} | process | `,
	};
}

/** Runs one input in a process of its own, and says what fault it shows, if any. */
export async function replayOne(
	task: { readonly target: string } & Partial<
		Pick<Task, "oracles" | "modules">
	>,
	input: Uint8Array,
	options: SessionOptions = {},
): Promise<Fault | undefined> {
	const [fault] = await replay(task, [input], options);
	return fault;
}

/** Runs inputs, and says what fault each shows. One that ends the process does not keep the others from running. */
export async function replay(
	{
		target,
		oracles,
		modules,
	}: { readonly target: string } & Partial<Pick<Task, "oracles" | "modules">>,
	inputs: readonly Uint8Array[],
	options: SessionOptions = {},
): Promise<(Fault | undefined)[]> {
	const faults: (Fault | undefined)[] = [];
	while (faults.length < inputs.length) {
		const done = faults.length;
		try {
			await Session.run(
				{
					kind: "replay",
					target,
					inputs: inputs.slice(done),
					...(oracles ? { oracles } : {}),
					...(modules ? { modules } : {}),
				},
				options,
				(report) => {
					if (report.kind === "replayed") faults.push(report.fault);
				},
			);
		} catch (error) {
			if (!(error instanceof Death)) throw error;
			// It died of the one that it has not told about.
			faults.push(faultOfDeath(error));
		}
	}
	return faults;
}

/** What one process did, and then another. */
function inTurn(one: Progress, next: Progress): Progress {
	return {
		...sum([one, next], 0),
		seconds: one.seconds + next.seconds,
		lastNew: one.executions + next.lastNew,
		sinceNew: next.sinceNew,
	};
}

function sum(all: readonly Progress[], started: number): Progress {
	const most = (of: (one: Progress) => number): number =>
		Math.max(0, ...all.map(of));
	const together = (of: (one: Progress) => number): number =>
		all.reduce((total, one) => total + of(one), 0);
	return {
		executions: together((one) => one.executions),
		runs: together((one) => one.runs),
		// Jobs exchange what they find, so that each knows nearly all.
		edges: most((one) => one.edges),
		edgesKnown: most((one) => one.edgesKnown),
		features: most((one) => one.features),
		corpus: most((one) => one.corpus),
		lastNew: most((one) => one.lastNew),
		mostFuelPerByte: most((one) => one.mostFuelPerByte),
		mostHeld: most((one) => one.mostHeld),
		seconds: (performance.now() - started) / 1000,
		cpuSeconds: together((one) => one.cpuSeconds),
		sinceNew: Math.min(...all.map((one) => one.sinceNew)),
	};
}
