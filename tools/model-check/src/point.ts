import type { Operation, Value } from "./operation.ts";

/** Where a thread stands. */
export interface Outcome {
	/** What it does next; `undefined` when it has ended. */
	readonly pending: Operation | undefined;
	readonly seen: readonly string[];
	readonly error: string | undefined;
	/** Whether it has come to a mark. */
	readonly hasMarked: boolean;
	/** Stands for all that its future follows from. */
	readonly standing: number;
}

/** Runs a thread as far as a log goes. */
export type Look = (thread: number, log: readonly Value[]) => Outcome;

/**
 * A point in the run of a thread. Its future depends on nothing but what its operations gave, so that each such sequence is
 * run once, however many schedules lead through it.
 */
export class Point {
	readonly outcome: Outcome;
	/** How many operations lead here. */
	readonly depth: number;
	readonly #thread: number;
	readonly #look: Look;
	readonly #before: Point | undefined;
	readonly #value: Value | undefined;
	readonly #after = new Map<string, Point>();

	constructor(thread: number, look: Look, before?: Point, value?: Value) {
		this.#thread = thread;
		this.#look = look;
		this.#before = before;
		this.#value = value;
		this.depth = before === undefined ? 0 : before.depth + 1;
		this.outcome = look(thread, this.#log());
	}

	/** The point behind the operation that is pending here, when that gives `value`. */
	after(value: Value): Point {
		const key = `${typeof value}${value}`;
		let point = this.#after.get(key);
		if (point === undefined) {
			point = new Point(this.#thread, this.#look, this, value);
			this.#after.set(key, point);
		}
		return point;
	}

	#log(): Value[] {
		const log: Value[] = [];
		let point: Point | undefined = this;
		while (point !== undefined) {
			if (point.#value !== undefined) log.push(point.#value);
			point = point.#before;
		}
		return log.reverse();
	}
}
