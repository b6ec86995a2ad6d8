import { isFuelError, probe } from "../probe.ts";
import type { Target } from "../target.ts";

/** The fuel that one run of a decoder may take: what no honest one needs, with some to spare for each byte. */
const FUEL = 1_000_000;
const FUEL_OF_BYTE = 2_000;

// The wrapped one would count.
const { slice } = Uint8Array.prototype;

/** Runs a target on inputs. */
export class Executor {
	readonly target: Target;
	/** Called with every input before it runs: when it takes the process with it, somebody else has it. */
	readonly #before: (input: Uint8Array) => void;
	/** How many times the target ran. */
	count = 0;

	constructor(target: Target, before: (input: Uint8Array) => void = () => {}) {
		this.target = target;
		this.#before = before;
	}

	/** Runs the target on a copy of an input, and returns what it threw, or `undefined`. */
	run(input: Uint8Array, thorough: boolean): unknown {
		this.#before(input);
		this.count += 1;
		probe.thorough = thorough;
		probe.refuel(FUEL + FUEL_OF_BYTE * input.length);
		try {
			const returned: unknown = this.target(slice.call(input));
			if (isThenable(returned)) return new AsyncTargetError();
		} catch (error) {
			// What is thrown while the fuel is out may be anything.
			if (probe.exhausted && !isFuelError(error)) return probe.fuelError();
			return error ?? new Error(`threw ${error}`);
		}
		return probe.exhausted ? probe.fuelError() : undefined;
	}
}

/** The target returned a promise, which cannot be waited for between two inputs. */
export class AsyncTargetError extends TypeError {
	override readonly name = "AsyncTargetError";

	constructor() {
		super("the target returned a promise; a target is a synchronous function");
	}
}

function isThenable(value: unknown): boolean {
	return (
		typeof value === "object" &&
		value !== null &&
		typeof (value as { then?: unknown }).then === "function"
	);
}
