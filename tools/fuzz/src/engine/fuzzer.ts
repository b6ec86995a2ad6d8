import fc from "fast-check";
import { probe } from "../probe.ts";
import type { Target } from "../target.ts";
import { bytesOf, Comparisons } from "./comparisons.ts";
import { Coverage } from "./coverage.ts";
import { AsyncTargetError, Executor } from "./executor.ts";
import { describe, type Fault, roughKey } from "./fault.ts";
import { modules } from "./hooks.ts";
import { minimise } from "./minimise.ts";
import { mutate } from "./mutate.ts";
import { type Entry, Queue } from "./queue.ts";
import { Random } from "./random.ts";

/** A fault, and the input that shows it. */
export interface FoundFault extends Fault {
	readonly input: Uint8Array;
	/** The length of the input that it was first seen with, in bytes. */
	readonly foundLength: number;
	/** How many executions it took to find, and then to minimise. */
	readonly executions: number;
	readonly minimisingRuns: number;
}

export interface FuzzerOptions {
	readonly seed: number;
	readonly maxLength: number;
	readonly seeds: readonly Uint8Array[];
	readonly dictionary: readonly Uint8Array[];
	/** Whether to go on after a fault. */
	readonly keepGoing: boolean;
	/** Called with inputs before they run. */
	readonly leave?: (inputs: readonly Uint8Array[]) => void;
}

/** So many inputs are made of a short one before the next is taken, and fewer of a long one, which take longer. */
const MOST_CHILDREN = 64;
const FEWEST_CHILDREN = 4;
const BYTES_OF_CHILDREN = 4096;
/** So many logs of comparisons are kept. Each may take some kilobytes. */
const COMPARISONS = 1024;
/** So many values are made of an arbitrary at a time; and this often. */
const VALUES = 64;
const VALUES_EVERY = 16_384;
/** Large values are slow, and mutations make them of small ones. */
const LONGEST_VALUE = 256;
/**
 * Inputs start short and grow when nothing new comes of short ones: most faults show in a few bytes, which run many times
 * as fast as a few thousand. One in so many may be as long as any, for what shows in long ones only.
 */
const FIRST_LENGTH = 96;
const PATIENCE_WITH_LENGTH = 1024;
const MORE_LENGTH = 8;
const LONG_ONES = 48;
/** The same fault, as far as one can tell without a stack, is looked at so many times. */
const LOOKS = 3;

/** Looks for inputs that do something new. The same seed and inputs do the same, to the bit. */
export class Fuzzer {
	readonly queue: Queue = new Queue();
	readonly coverage: Coverage = new Coverage();
	readonly faults: FoundFault[] = [];
	readonly #executor: Executor;
	readonly #random: Random;
	/** What the inputs of the corpus are compared with, those that were last asked about. */
	readonly #comparisons: Map<Uint8Array, Comparisons> = new Map();
	readonly #options: FuzzerOptions;
	readonly #dictionary: readonly Uint8Array[];
	readonly #known: Set<string> = new Set();
	readonly #looks: Map<string, number> = new Map();
	#values: Uint8Array[] = [];
	/** What to start from and has not run yet. */
	readonly #pending: Uint8Array[];
	#length = FIRST_LENGTH;
	#lengthAt = 0;
	#valuesAt = 0;
	/** Executions that counted: not those of minimising. */
	executions = 0;
	/** The execution that last brought something new. */
	lastNew = 0;
	/** Inputs that somebody else has not seen yet. */
	fresh: Uint8Array[] = [];

	constructor(target: Target, options: FuzzerOptions) {
		this.#executor = new Executor(target, options.leave);
		this.#random = new Random(options.seed);
		this.#options = options;
		this.#dictionary = [
			...options.dictionary,
			...wordsOf(target),
			...wordsOfModules(),
		];
		Error.stackTraceLimit = 0;
		this.#renewValues();
		this.#pending = [
			new Uint8Array(),
			Uint8Array.of(0),
			...options.seeds,
			...this.#values,
		];
	}

	/** Runs an input to start from while there are any; then takes one, and runs up to so many that are made from it. */
	step(most: number): void {
		const seed = this.#pending.shift();
		if (seed !== undefined) {
			this.#try(seed);
			return;
		}
		// Where all of these are faults, or nothing is instrumented, something must be there to change.
		if (this.queue.entries.length === 0)
			this.queue.add(Uint8Array.of(0), [], [], 0);
		const entry = this.queue.take(this.#random);
		if (this.executions >= this.#valuesAt + VALUES_EVERY) this.#renewValues();
		this.#growLength();
		const long = this.#random.oneIn(LONG_ONES);
		const materials = {
			corpus: this.queue.entries,
			dictionary: this.#dictionary,
			comparisons: this.#comparisonsOf(entry.data),
			values: this.#values,
			maxLength: long
				? this.#options.maxLength
				: Math.min(
						this.#options.maxLength,
						Math.max(this.#length, entry.data.length),
					),
		};
		const end =
			this.executions +
			Math.min(most, long ? FEWEST_CHILDREN : childrenOf(entry));
		const children: Uint8Array[] = [];
		for (let n = end - this.executions; n > 0; n--)
			children.push(mutate(entry.data, this.#random, materials));
		this.#executor.leave(children);
		for (const child of children) {
			if (this.#isOver()) break;
			this.#try(child, true, entry);
		}
	}

	#comparisonsOf(input: Uint8Array): Comparisons {
		const known = this.#comparisons;
		const comparisons =
			known.get(input) ??
			new Comparisons(() => {
				this.coverage.clear();
				this.#executor.run(input, false);
			});
		// The last one of the map is the one that was asked about last.
		known.delete(input);
		known.set(input, comparisons);
		if (known.size > COMPARISONS)
			known.delete(known.keys().next().value as Uint8Array);
		return comparisons;
	}

	#isOver(): boolean {
		return this.faults.length > 0 && !this.#options.keepGoing;
	}

	#growLength(): void {
		const since = Math.max(this.lastNew, this.#lengthAt);
		if (this.executions - since < PATIENCE_WITH_LENGTH) return;
		this.#lengthAt = this.executions;
		this.#length += MORE_LENGTH;
	}

	/** Tries an input that somebody else found. */
	adopt(input: Uint8Array): void {
		this.#try(input, false);
	}

	#try(input: Uint8Array, own = true, parent?: Entry): void {
		this.executions += 1;
		this.coverage.clear();
		const error = this.#executor.run(input, false);
		if (error !== undefined) {
			this.#fault(input, error);
			return;
		}
		if (!this.coverage.add()) {
			// What does all that its parent is kept for, and is shorter, takes its place.
			if (
				parent !== undefined &&
				input.length < parent.data.length &&
				this.coverage.hasAll(parent.merits)
			)
				this.queue.replace(
					parent,
					input.slice(),
					this.coverage.list(),
					probe.fuelSpent,
				);
			return;
		}
		const fuel = probe.fuelSpent;
		const features = this.coverage.list();
		const data = input.slice();
		this.queue.add(data, features, this.coverage.fresh, fuel);
		if (own) this.fresh.push(data);
		this.lastNew = this.executions;
		// What is new deserves every check. Its coverage is that of the checks, not of the input.
		const thorough = this.#executor.run(data, true);
		if (thorough !== undefined) this.#fault(data, thorough);
	}

	#fault(input: Uint8Array, error: unknown): void {
		if (error instanceof AsyncTargetError) throw error;
		const rough = roughKey(error);
		const looks = this.#looks.get(rough) ?? 0;
		if (looks >= LOOKS) return;
		this.#looks.set(rough, looks + 1);
		const data = input.slice();
		const first = this.#describe(data);
		// Gone when looked at again: the target does not depend on its input alone.
		const { key } = first ?? describe(error);
		if (this.#known.has(key)) return;
		this.#known.add(key);
		const before = this.#executor.count;
		const { input: smaller } = minimise(this.#executor, data);
		const fault = this.#describe(smaller) ?? first ?? describe(error);
		this.#known.add(fault.key);
		this.faults.push({
			...fault,
			input: smaller,
			foundLength: data.length,
			executions: this.executions,
			minimisingRuns: this.#executor.count - before,
		});
	}

	/** Runs an input again to see where its fault comes from. */
	#describe(input: Uint8Array): Fault | undefined {
		return faultOf(this.#executor, input);
	}

	#renewValues(): void {
		const { arbitrary } = this.#executor.target;
		this.#valuesAt = this.executions;
		if (arbitrary === undefined) return;
		const seed = this.#random.next() | 0;
		const longest = Math.min(LONGEST_VALUE, this.#options.maxLength);
		this.#values = fc
			.sample(arbitrary, { numRuns: VALUES, seed })
			.filter(({ length }) => length > 0 && length <= longest);
	}
}

function childrenOf({ data }: Entry): number {
	const affordable = Math.floor(BYTES_OF_CHILDREN / (data.length + 1));
	return Math.max(FEWEST_CHILDREN, Math.min(MOST_CHILDREN, affordable));
}

/** Runs an input with a stack, and describes the fault that it shows, if it does. */
export function faultOf(
	executor: Executor,
	input: Uint8Array,
): Fault | undefined {
	const limit = Error.stackTraceLimit;
	Error.stackTraceLimit = 25;
	try {
		const error = executor.run(input, true) ?? executor.run(input, false);
		return error === undefined ? undefined : describe(error);
	} finally {
		Error.stackTraceLimit = limit;
	}
}

function wordsOf({ dictionary = [] }: Target): Uint8Array[] {
	return dictionary.map((word) =>
		typeof word === "string" ? Buffer.from(word) : word,
	);
}

/** The words and numbers in the code under test. Sentences are messages, not words of a format. */
function wordsOfModules(): Uint8Array[] {
	const words: Uint8Array[] = [];
	for (const word of new Set(modules.flatMap((module) => module.words))) {
		if (typeof word === "string") {
			if (word.split(" ").length <= 2) words.push(Buffer.from(word));
		} else if (word > 0xff && word < 2 ** 32)
			for (const little of [true, false])
				words.push(bytesOf(BigInt(word), word > 0xffff ? 4 : 2, little));
	}
	return words;
}
