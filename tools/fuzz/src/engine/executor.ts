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
	readonly #leave: (inputs: readonly Uint8Array[]) => void;
	/** The inputs that were left last. */
	#left: ReadonlySet<Uint8Array> = new Set();
	/** How many times the target ran. */
	count = 0;

	/** `leave` is called with inputs before they run: when one takes the process with it, somebody else has it. */
	constructor(
		target: Target,
		leave: (inputs: readonly Uint8Array[]) => void = () => {},
	) {
		this.target = target;
		this.#leave = leave;
	}

	/** Leaves inputs that are about to run. Others are left one by one. */
	leave(inputs: readonly Uint8Array[]): void {
		this.#left = new Set(inputs);
		this.#leave(inputs);
	}

	/** Runs the target on a copy of an input, and returns what it threw, or `undefined`. */
	run(input: Uint8Array, thorough: boolean): unknown {
		if (!this.#left.has(input)) this.leave([input]);
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
