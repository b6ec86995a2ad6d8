import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readLastInputs } from "./last-inputs.ts";
import type { Order, Report, Task } from "./messages.ts";

export interface SessionOptions {
	/** The most heap that the process may use, in MiB. Default: 512. */
	readonly heap?: number;
	/** How long the process may be silent before it is ended, in seconds. Default: 120. */
	readonly patience?: number;
}

/** How a process ended that did not do what it was told. */
export class Death extends Error {
	override readonly name = "Death";
	/** `memory`: it asked for more than it may have. `silence`: it ran on. `crash`: anything else. */
	readonly how: "memory" | "silence" | "crash";
	/** The inputs of which it ran one, where they are known. */
	readonly inputs: readonly Uint8Array[];

	constructor(
		how: Death["how"],
		message: string,
		inputs: readonly Uint8Array[],
	) {
		super(message);
		this.how = how;
		this.inputs = inputs;
	}
}

/** The target or the task is at fault, not the input. */
export class UnusableError extends Error {
	override readonly name = "UnusableError";
}

const HEAP = 512;
// Endless loops run out of fuel long before; this is for what no fuel is taken in, on a machine that is busy.
const PATIENCE = 120;

const CHILD = fileURLToPath(
	new URL(
		import.meta.url.endsWith(".ts") ? "child.ts" : "child.js",
		import.meta.url,
	),
);

/** A process that performs a task. It is ended with the session. */
export class Session {
	readonly #child: ChildProcess;

	private constructor(child: ChildProcess) {
		this.#child = child;
	}

	/**
	 * Has a process of its own perform `task`, and calls `hear` with all that it says. Rejects with a `Death` when it
	 * does not live to the end, and with an `UnusableError` when it cannot begin.
	 */
	static async run(
		task: Task,
		options: SessionOptions,
		hear: (report: Report, session: Session) => void,
	): Promise<void> {
		const modules = await Session.#once(task, options, hear);
		if (modules !== undefined)
			await Session.#once({ ...task, modules }, options, hear);
	}

	/** Tells a process that fuzzes something. */
	send(order: Order): void {
		if (this.#child.connected) this.#child.send(order);
	}

	/** Resolves to the modules to instrument, when it has to be done again. */
	static #once(
		task: Task,
		{ heap = HEAP, patience = PATIENCE }: SessionOptions,
		hear: (report: Report, session: Session) => void,
	): Promise<readonly string[] | undefined> {
		return new Promise((resolve, reject) => {
			const child = fork(CHILD, [], {
				serialization: "advanced",
				execArgv: [
					`--max-old-space-size=${heap}`,
					// What an execution leaves behind is garbage soon. More room for it than caches have makes all slower: 64 MiB by a sixth.
					"--min-semi-space-size=16",
					"--max-semi-space-size=16",
					"--disable-warning=ExperimentalWarning",
					// From src/, the packages of the workspace run from theirs.
					...(CHILD.endsWith(".ts")
						? ["--conditions=@framewright/source"]
						: []),
				],
				stdio: ["ignore", "inherit", "pipe", "ipc"],
			});
			const session = new Session(child);
			let modules: readonly string[] | undefined;
			let complaint: Error | undefined;
			let done = false;
			let silent = false;
			let errors = "";
			child.stderr?.setEncoding("utf8").on("data", (text: string) => {
				// V8 says here that it ran out of memory. What a target prints is of little use, and may be much.
				errors = (errors + text).slice(-8192);
			});
			let timer: NodeJS.Timeout;
			const wait = (): void => {
				clearTimeout(timer);
				timer = setTimeout(() => {
					silent = true;
					child.kill("SIGKILL");
				}, patience * 1000);
			};
			wait();
			child.on("message", (report: Report) => {
				wait();
				if (report.kind === "modules") modules = report.modules;
				else if (report.kind === "unusable")
					complaint = new UnusableError(report.message);
				else if (report.kind === "done") done = true;
				else hear(report, session);
			});
			child.on("error", (error) => {
				complaint ??= error;
			});
			child.on("close", (code, signal) => {
				clearTimeout(timer);
				if (complaint) reject(complaint);
				else if (modules || done) resolve(modules);
				else {
					const inputs = task.lastInputs ? readLastInputs(task.lastInputs) : [];
					const how = silent
						? "silence"
						: /heap out of memory|allocation failed|ERR_WORKER_OUT_OF_MEMORY|invalid (array|table) size/i.test(
									errors,
								)
							? "memory"
							: "crash";
					const what = {
						silence: `ran for more than ${patience} s`,
						memory: `ran out of ${heap} MiB of memory`,
						crash: `ended with ${signal ?? `code ${code}`}${errors && `: ${errors.trim().split("\n").slice(-12).join("\n")}`}`,
					}[how];
					reject(new Death(how, what, inputs));
				}
			});
			child.send(task);
		});
	}
}
