import { campaign } from "../engine/campaign.ts";
import type { FoundFault } from "../engine/fuzzer.ts";
import type { Progress } from "../engine/messages.ts";
import { exitCodeOf } from "./exit.ts";
import { jazzer } from "./jazzer.ts";
import { endLine, faultText, progressLine } from "./print.ts";
import {
	corpusFolder,
	findTarget,
	readDictionary,
	readInputs,
	shown,
	storeInput,
} from "./targets.ts";

export interface RunOptions {
	readonly runs?: number;
	readonly seed: number;
	readonly time?: number;
	readonly jobs: number;
	readonly maxLen?: number;
	readonly dict?: string;
	readonly oracle?: readonly string[];
	readonly engine: "own" | "jazzer";
	readonly heap: number;
	readonly corpus?: string;
	readonly seeds: boolean;
	readonly save: boolean;
	readonly keepGoing?: boolean;
	readonly json?: boolean;
	readonly ci?: boolean;
}

/** How often progress is told, in seconds; and where nobody watches. */
const EVERY = 1;
const EVERY_IN_CI = 30;

/** Fuzzes one target, and returns the exit code. */
export async function run(name: string, options: RunOptions): Promise<number> {
	const target = findTarget(name);
	const folder = corpusFolder(target);
	const seeds = [
		...(options.seeds ? readInputs(`${folder}/seeds`) : []),
		...(options.corpus ? readInputs(options.corpus) : []),
	].map(({ data }) => data);
	if (options.engine === "jazzer") return jazzer(target, folder, options);

	const tell = teller(options);
	const result = await campaign({
		target,
		seed: options.seed,
		jobs: options.jobs,
		heap: options.heap,
		seeds,
		keepGoing: options.keepGoing ?? false,
		...(options.runs === undefined ? {} : { runs: options.runs }),
		...(options.time === undefined ? {} : { time: options.time }),
		...(options.maxLen === undefined ? {} : { maxLength: options.maxLen }),
		...(options.dict ? { dictionary: readDictionary(options.dict) } : {}),
		...(options.oracle ? { oracles: options.oracle } : {}),
		signal: interrupted(),
		onProgress: tell.progress,
		onFault: (fault) => {
			const file = options.save
				? storeInput(`${folder}/regressions`, fault.input)
				: undefined;
			tell.fault(target, fault, file);
		},
	});
	if (options.corpus)
		for (const input of result.corpusInputs) storeInput(options.corpus, input);
	tell.end(result, result.hash);
	return exitCodeOf(result.faults);
}

/** Ends a campaign as if its time were up, on the first Ctrl-C. */
function interrupted(): AbortSignal {
	const controller = new AbortController();
	process.once("SIGINT", () => controller.abort());
	process.once("SIGTERM", () => controller.abort());
	return controller.signal;
}

interface Teller {
	progress(progress: Progress): void;
	fault(target: string, fault: FoundFault, file: string | undefined): void;
	end(progress: Progress, hash: string): void;
}

function teller({ json, ci }: RunOptions): Teller {
	if (json) return jsonTeller();
	const { stderr } = process;
	const overwrite = stderr.isTTY && !ci;
	const line = (text: string): void => {
		stderr.write(
			overwrite
				? `\r\u001b[2K${text.slice(0, stderr.columns - 1)}`
				: `${text}\n`,
		);
	};
	let before: Progress | undefined;
	return {
		progress(now) {
			if (now.seconds - (before?.seconds ?? 0) < (ci ? EVERY_IN_CI : EVERY))
				return;
			line(progressLine(now, before));
			before = now;
		},
		fault(target, fault, file) {
			if (overwrite) line("");
			process.stdout.write(
				`\n${faultText({ ...fault, target, ...(file ? { file } : {}) })}\n\n`,
			);
			if (ci)
				// GitHub shows these beside the change.
				process.stdout.write(
					`::error file=${shown(target)},title=${fault.oracle}::${escaped(fault.message)}\n`,
				);
		},
		end(now, hash) {
			if (overwrite) line("");
			process.stdout.write(`${endLine(now, hash)}\n`);
		},
	};
}

/** One object a line. */
function jsonTeller(): Teller {
	const write = (object: object): void => {
		process.stdout.write(`${JSON.stringify(object)}\n`);
	};
	return {
		progress: (progress) => write({ type: "progress", ...progress }),
		fault: (target, fault, file) =>
			write({
				type: "fault",
				target: shown(target),
				...fault,
				input: Buffer.from(fault.input).toString("hex"),
				file: file && shown(file),
			}),
		end(progress, hash) {
			const { corpusInputs, faults, ...end } = progress as Progress & {
				corpusInputs?: unknown;
				faults?: unknown[];
			};
			write({ type: "end", ...end, hash, faults: faults?.length ?? 0 });
		},
	};
}

function escaped(text: string): string {
	return text
		.replaceAll("%", "%25")
		.replaceAll("\r", "%0D")
		.replaceAll("\n", "%0A");
}
