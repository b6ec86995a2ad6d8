/** The part of Node's inspector that is used here. */
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
		readonly functions: readonly {
			readonly ranges: readonly { readonly count: number }[];
		}[];
	}[];
}

let session: Session | undefined;

/**
 * Has V8 count how often each block of JavaScript runs, from now on: only functions that first run after this are counted
 * block by block, so it stays on. Does nothing where there is no inspector: in browsers, Deno and Bun.
 */
export function startCountingSteps(): void {
	if (session !== undefined) return;
	// Not an import: bundlers and browsers would stumble over it.
	const { process } = globalThis as {
		process?: { getBuiltinModule?(name: string): unknown };
	};
	try {
		const inspector = process?.getBuiltinModule?.("node:inspector") as
			| { Session: new () => Session }
			| undefined;
		if (inspector === undefined) return;
		const started = new inspector.Session();
		started.connect();
		post(started, "Profiler.enable");
		post(started, "Profiler.startPreciseCoverage", {
			callCount: true,
			detailed: true,
		});
		post(started, "Profiler.takePreciseCoverage");
		session = started;
	} catch {
		// An inspector without V8's profiler. Native work is counted all the same.
	}
}

/**
 * Runs `work`, and returns how many steps of JavaScript that took: for each function, how often its busiest block ran. The
 * same work takes the same steps, always. Returns `undefined` where steps are not counted.
 */
export function countSteps(work: () => void): number | undefined {
	if (session === undefined) {
		work();
		return undefined;
	}
	post(session, "Profiler.takePreciseCoverage");
	work();
	const { result } = post(session, "Profiler.takePreciseCoverage");
	let steps = 0;
	for (const { functions } of result)
		for (const { ranges } of functions) {
			// Not their sum: V8 leaves out a block that ran as often as the one around it, so a sum would jump.
			let busiest = 0;
			for (const { count } of ranges) if (count > busiest) busiest = count;
			steps += busiest;
		}
	return steps;
}

/** Asks the inspector, which answers before `post` returns when it is on the thread that it inspects. */
function post(to: Session, method: string, parameters: object = {}): Coverage {
	let answer: Coverage | undefined;
	let failure: Error | null = null;
	to.post(method, parameters, (error, result) => {
		failure = error;
		answer = result;
	});
	if (failure !== null) throw failure;
	if (answer === undefined) throw new Error(`${method} was not answered`);
	return answer;
}
