/** The parts of Node that are used here. */
interface Inspector {
	Session: new () => Session;
}
interface V8 {
	setFlagsFromString(flags: string): void;
}
interface Session {
	connect(): void;
	post(
		method: string,
		parameters: object,
		done: (error: Error | null, result: Coverage) => void,
	): void;
}

interface Coverage {
	readonly result: readonly {
		readonly url: string;
		readonly functions: readonly {
			readonly isBlockCoverage: boolean;
			readonly ranges: readonly { readonly count: number }[];
		}[];
	}[];
}

/** Runs `work`, and returns how many steps of JavaScript it took: the same number, however often it is run. */
export type CountSteps = (work: () => void) => number;

let counting: { readonly session: Session; readonly v8: V8 } | undefined;

/**
 * Has V8 count how often each block of JavaScript runs, from now on. It stays on, for V8 counts only in functions that
 * first run while it is. Does nothing where there is no inspector: in browsers, Deno and Bun.
 */
export function startCountingSteps(): void {
	if (counting !== undefined) return;
	// Not an import: bundlers and browsers would stumble over it.
	const { process } = globalThis as {
		process?: {
			readonly versions: object;
			getBuiltinModule?(name: string): unknown;
		};
	};
	// Deno and Bun have modules of these names, but not all that is behind them in Node.
	if (process && ("deno" in process.versions || "bun" in process.versions))
		return;
	const inspector = process?.getBuiltinModule?.("node:inspector");
	const v8 = process?.getBuiltinModule?.("node:v8");
	if (inspector === undefined || v8 === undefined) return;
	try {
		optimize(v8 as V8, true);
		const session = new (inspector as Inspector).Session();
		session.connect();
		post(session, "Profiler.enable");
		startCoverage(session);
		counting = { session, v8: v8 as V8 };
	} catch {
		// Node itself may be built, or told, to do without. Native work is counted all the same.
	}
}

/** Lends a counter of steps to `use`; without `startCountingSteps`, one that always says 0. */
export function withSteps(use: (count: CountSteps) => void): void {
	if (counting === undefined) {
		use(withoutSteps);
		return;
	}
	const { session, v8 } = counting;
	// Optimized code does not count the calls that it has inlined. The start of the coverage drops it.
	optimize(v8, false);
	try {
		startCoverage(session);
		use((work) => {
			takeCoverage(session);
			work();
			return stepsIn(takeCoverage(session));
		});
	} finally {
		optimize(v8, true);
	}
}

/** Counts no steps, where there are none to be had, or none are wanted. */
export const withoutSteps: CountSteps = (work) => {
	work();
	return 0;
};

/** Lets V8 optimize or not, by the names of functions: of all settings, these have defaults that can be restored. */
function optimize(v8: V8, on: boolean): void {
	v8.setFlagsFromString(`--turbo-filter=${on ? "*" : "~"}`);
	v8.setFlagsFromString(`--maglev-filter=${on ? "*" : "~"}`);
}

/** Adds up how often each function's busiest block ran. */
function stepsIn({ result }: Coverage): number {
	let steps = 0;
	for (const { url, functions } of result) {
		// The inspector's own, which run along.
		if (url.startsWith("node:")) continue;
		for (const { isBlockCoverage, ranges } of functions) {
			if (!isBlockCoverage) continue;
			// Not the sum of all blocks: V8 leaves out one that ran as often as the one around it, so a sum would jump.
			let busiest = 0;
			for (const { count } of ranges) if (count > busiest) busiest = count;
			steps += busiest;
		}
	}
	return steps;
}

function startCoverage(session: Session): void {
	post(session, "Profiler.startPreciseCoverage", {
		callCount: true,
		detailed: true,
	});
}

/** Takes the counts since the last take. */
function takeCoverage(session: Session): Coverage {
	return post(session, "Profiler.takePreciseCoverage");
}

/** Asks the inspector, which answers before `post` returns when it is on the thread that it inspects. */
function post(
	session: Session,
	method: string,
	parameters: object = {},
): Coverage {
	let answer: Coverage | undefined;
	let failure: Error | null = null;
	session.post(method, parameters, (error, result) => {
		failure = error;
		answer = result;
	});
	if (failure !== null) throw failure;
	if (answer === undefined) throw new Error(`${method} was not answered`);
	return answer;
}
