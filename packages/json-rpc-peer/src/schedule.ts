import { Queue } from "./queue.ts";

/** Whether a handler runs beside others, or alone: after everything that came before it, and before everything after it. */
export type Order = "concurrent" | "serial";

/**
 * Says what may run now, as pure data: calls start in the order in which they came, as many at once as allowed. A serial one
 * waits for all that run, and holds up all behind it.
 *
 *     order      c c c S c c        at most 2 at once
 *     running    c c | c | S | c c
 */
export class Schedule<T> {
	readonly #concurrency: number;
	readonly #running: Set<T> = new Set();
	readonly #waiting: Queue<{ readonly item: T; readonly order: Order }> =
		new Queue();
	/** Whether a serial one runs. */
	#isSerial = false;

	constructor(concurrency: number) {
		this.#concurrency = concurrency;
	}

	/** Items that run. */
	get running(): number {
		return this.#running.size;
	}

	/** Items that wait. */
	get waiting(): number {
		return this.#waiting.length;
	}

	/** Takes in an item. Returns whether it is to be started now; otherwise, `next` will hand it over. */
	add(item: T, order: Order): boolean {
		if (this.#waiting.length === 0 && this.#hasRoom(order)) {
			this.#start(item, order);
			return true;
		}
		this.#waiting.push({ item, order });
		return false;
	}

	/** Notes that an item runs no more. */
	end(item: T): void {
		// While a serial one runs, nothing else does.
		if (this.#running.delete(item)) this.#isSerial = false;
	}

	/** Takes the next item that is to be started, if there is one. */
	next(): T | undefined {
		const next = this.#waiting.first;
		if (next === undefined || !this.#hasRoom(next.order)) return undefined;
		this.#waiting.shift();
		this.#start(next.item, next.order);
		return next.item;
	}

	/** Forgets all items, and returns them. */
	clear(): T[] {
		const waiting = this.#waiting.clear().map(({ item }) => item);
		const items = [...this.#running, ...waiting];
		this.#running.clear();
		this.#isSerial = false;
		return items;
	}

	#hasRoom(order: Order): boolean {
		return (
			!this.#isSerial &&
			this.#running.size < (order === "serial" ? 1 : this.#concurrency)
		);
	}

	#start(item: T, order: Order): void {
		this.#running.add(item);
		this.#isSerial = order === "serial";
	}
}
