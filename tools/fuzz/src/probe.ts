import { Meter, meterNatives } from "@framewright/codec-laws/native-work";

/** How much work code did. */
export interface Work {
	/** Functions entered and turns of loops taken, in instrumented modules. */
	readonly fuel: number;
	/** What native functions moved, scanned or cleared: bytes, array slots and UTF-16 units. */
	readonly copied: number;
	/** Memory asked of native functions, in bytes. */
	readonly allocated: number;
}

/** The slots of `Probe.registers`. */
export const FUEL = 0;
export const TRACING = 1;

/** Instrumented code uses up all of the fuel that an execution may take: it hangs, or does too much work. */
export class FuelError extends Error {
	override readonly name = "FuelError";
}

/** Code asks for more memory than an execution may have. */
export class MemoryError extends Error {
	override readonly name = "MemoryError";
}

export function isFuelError(error: unknown): error is FuelError {
	return error instanceof Error && error.name === "FuelError";
}

export function isMemoryError(error: unknown): error is MemoryError {
	return error instanceof Error && error.name === "MemoryError";
}

/** How many edges are told apart. Modules that have more share some. */
export const MAP_SIZE: number = 1 << 16;

/**
 * What instrumented code writes to, and oracles read. There is one in a process, however many copies of this module.
 *
 * Where nothing is instrumented, as under Jazzer.js or in a plain test, no fuel is ever taken; all else works.
 */
export class Probe {
	/** How often each edge was taken in this execution; the counts stop at 255. */
	readonly edges: Uint8ClampedArray = new Uint8ClampedArray(MAP_SIZE);
	/** Numbers that instrumented code reads and writes: the fuel that is left, and whether comparisons are traced. */
	readonly registers: Int32Array = new Int32Array(2);
	/** The counts that `seal` found, and whether it was called in this execution. */
	readonly sealedEdges: Uint8ClampedArray = new Uint8ClampedArray(MAP_SIZE);
	sealed = false;
	/** Takes the operands of a comparison at a place in the code. The engine sets it. */
	compared: (place: number, left: unknown, right: unknown) => void = () => {};

	/** Takes what a `switch` looks at, and what it looks for. */
	chosen(place: number, value: unknown, choices: readonly unknown[]): void {
		for (const choice of choices) this.compared(place, value, choice);
	}

	/** As `chosen`, where the value cannot be evaluated twice. */
	choosing<T>(place: number, value: T, choices: () => readonly unknown[]): T {
		if (this.registers[TRACING] !== 0) this.chosen(place, value, choices());
		return value;
	}

	// Comparisons whose operands cannot be evaluated twice. The operators take whatever the code under test has.
	same(place: number, left: unknown, right: unknown): boolean {
		if (this.registers[TRACING] !== 0) this.compared(place, left, right);
		return left === right;
	}
	notSame(place: number, left: unknown, right: unknown): boolean {
		if (this.registers[TRACING] !== 0) this.compared(place, left, right);
		return left !== right;
	}
	equal(place: number, left: unknown, right: unknown): boolean {
		if (this.registers[TRACING] !== 0) this.compared(place, left, right);
		// biome-ignore lint/suspicious/noDoubleEquals: it stands for the operator in the code under test.
		return left == right;
	}
	notEqual(place: number, left: unknown, right: unknown): boolean {
		if (this.registers[TRACING] !== 0) this.compared(place, left, right);
		// biome-ignore lint/suspicious/noDoubleEquals: it stands for the operator in the code under test.
		return left != right;
	}
	less(place: number, left: number, right: number): boolean {
		if (this.registers[TRACING] !== 0) this.compared(place, left, right);
		return left < right;
	}
	greater(place: number, left: number, right: number): boolean {
		if (this.registers[TRACING] !== 0) this.compared(place, left, right);
		return left > right;
	}
	atMost(place: number, left: number, right: number): boolean {
		if (this.registers[TRACING] !== 0) this.compared(place, left, right);
		return left <= right;
	}
	atLeast(place: number, left: number, right: number): boolean {
		if (this.registers[TRACING] !== 0) this.compared(place, left, right);
		return left >= right;
	}

	/**
	 * Says that the same will be done again in other ways: edges that are taken from now on count once, however often they
	 * are, for that tells of the way and not of the input.
	 */
	seal(): void {
		if (this.sealed || this.edgesKnown === 0) return;
		this.sealed = true;
		for (let edge = 0; edge < this.edgesKnown; edge++)
			this.sealedEdges[edge] = this.edges[edge] as number;
	}

	/** How many edges the instrumented modules have. 0: nothing is instrumented. */
	edgesKnown = 0;

	/**
	 * Whether oracles check what is dear, too: every cut, growth, what is retained. The engine clears it for most inputs,
	 * and runs those again that bring new coverage.
	 */
	thorough = true;
	/** The oracles to ask. Default: all. */
	only: ReadonlySet<string> | undefined = undefined;

	/** How many decoders, or other things under test, have run. See `startRun`. */
	runs = 0;
	/** The most bytes that were seen held. Oracles say. */
	mostHeld = 0;
	/** The most fuel for a byte that was seen. Oracles say. */
	mostFuelPerByte = 0;

	readonly #meter: Meter = new Meter();
	#metered = false;
	#budget = MOST_FUEL;
	#spentBefore = 0;
	#exhausted = false;

	constructor() {
		this.registers[FUEL] = MOST_FUEL;
	}

	/** Whether an oracle is to be asked. */
	asks(oracle: string): boolean {
		return this.only === undefined || this.only.has(oracle);
	}

	/**
	 * Runs `work`, and returns how much it did. Throws a `MemoryError` when it asks for more than `memory` bytes: native
	 * functions refuse them with a `RangeError`, as they do when there is no more. Must not be nested.
	 */
	measure(work: () => void, memory: number = Number.POSITIVE_INFINITY): Work {
		if (!this.#metered) {
			this.#metered = true;
			meterNatives(this.#meter);
		}
		const meter = this.#meter;
		const before = this.fuelSpent;
		try {
			meter.measure(work, memory);
		} catch (error) {
			if (meter.allocated <= memory || this.#exhausted) throw error;
		}
		if (meter.allocated > memory)
			throw new MemoryError(
				`asked for ${meter.allocated.toLocaleString("en")} bytes, of at most ${memory.toLocaleString("en")}`,
			);
		return {
			fuel: this.fuelSpent - before,
			copied: meter.touched,
			allocated: meter.allocated,
		};
	}

	/** Runs `oracle` without counting what native functions do, inside of `measure`. */
	unmeasured<R>(oracle: () => R): R {
		const { on } = this.#meter;
		this.#meter.on = false;
		try {
			return oracle();
		} finally {
			this.#meter.on = on;
		}
	}

	/** Fills up the fuel for an execution: each run in it may take as much as `budget`. */
	refuel(budget: number = MOST_FUEL): void {
		this.#budget = budget;
		this.#exhausted = false;
		this.#spentBefore = 0;
		this.registers[FUEL] = budget;
	}

	/** Counts a run of a decoder, or of another thing under test, and gives it a full budget of fuel. Oracles call it before each. */
	startRun(): void {
		this.runs += 1;
		if (this.#exhausted) throw this.fuelError();
		this.#spentBefore += this.#budget - this.#left();
		this.registers[FUEL] = this.#budget;
	}

	/** How much fuel was taken since `refuel`. */
	get fuelSpent(): number {
		return (
			this.#spentBefore +
			(this.#exhausted ? this.#budget : this.#budget - this.#left())
		);
	}

	/** Whether the fuel ran out since `refuel`, even when the code under test swallowed the error. */
	get exhausted(): boolean {
		return this.#exhausted;
	}

	/** Instrumented code calls this when there is no fuel left. */
	empty(): never {
		// What unwinds now may run loops of its own.
		this.#exhausted = true;
		this.registers[FUEL] = MOST_FUEL;
		throw this.fuelError();
	}

	fuelError(): FuelError {
		return new FuelError(
			`took more than ${this.#budget.toLocaleString("en")} steps`,
		);
	}

	#left(): number {
		return this.registers[FUEL] as number;
	}
}

const MOST_FUEL = 0x7fffffff;

/** The name of the probe in the global scope, where instrumented code finds it. */
export const PROBE_NAME = "__framewrightProbe";

const globals = globalThis as { [PROBE_NAME]?: Probe };
globals[PROBE_NAME] ??= new Probe();
export const probe: Probe = globals[PROBE_NAME];
