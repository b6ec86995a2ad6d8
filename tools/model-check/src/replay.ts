import type { Operation, Value } from "./operation.ts";

/** Thrown out of a thread at the first operation whose outcome is not known yet. */
const suspension = Symbol("suspension");

/**
 * One run of a thread from its start. What it did before is answered from the log; at the first operation beyond it, the
 * thread is left where it stands by throwing. So a thread needs no means of being interrupted, and its source is what ships.
 */
export class Replay {
	readonly #log: readonly Value[];
	#position = 0;
	#marked: [state: string, position: number] = ["", 0];
	/** What the thread does next; `undefined` when it has returned. */
	pending: Operation | undefined;
	/** Whether `mark` was called. */
	hasMarked = false;
	/** The thread's clock: it stands still, but for waits that time out. */
	now = 0;
	readonly jobs: (() => void)[] = [];
	/** Called when the asynchronous wait ends, or the timer fires. */
	onAwake:
		| { resolve: (how: Value) => void; timeout: number; isTimer?: boolean }
		| undefined;

	constructor(log: readonly Value[]) {
		this.#log = log;
	}

	/** Does an operation: answers it from the log, or leaves the thread. */
	perform(
		kind: Operation["kind"],
		byte: number,
		bytes: number,
		values: readonly number[] = [],
		mayTimeOut = false,
	): Value {
		const known = this.#log[this.#position];
		if (known !== undefined) {
			this.#position++;
			return known;
		}
		this.pending = { kind, byte, bytes, values, mayTimeOut };
		throw suspension;
	}

	/**
	 * Notes that the thread's future follows from `state` and from what it does hereafter, so that it does not matter how it
	 * got here.
	 */
	mark(state: string): void {
		this.hasMarked = true;
		this.#marked = [state, this.#position];
	}

	/** Where the thread stands, and all that its future follows from. */
	get standing(): string {
		const [state, position] = this.#marked;
		return JSON.stringify([state, this.#log.slice(position)]);
	}

	/** Runs the thread's body, then the callbacks of its promises, as far as the log goes. */
	run(body: () => void): void {
		try {
			body();
			for (;;) {
				for (let job = this.jobs.shift(); job; job = this.jobs.shift()) job();
				if (this.onAwake === undefined) return;
				const { resolve, timeout, isTimer = false } = this.onAwake;
				const how = this.perform(
					isTimer ? "timer" : "awake",
					0,
					0,
					[],
					timeout !== Number.POSITIVE_INFINITY,
				);
				this.onAwake = undefined;
				if (isTimer || how === "timed-out") this.now += timeout;
				resolve(how);
			}
		} catch (error) {
			if (error !== suspension) throw error;
		}
	}
}

/** Tells whether an error is how a thread is left, which a promise must not catch. */
export function isSuspension(error: unknown): boolean {
	return error === suspension;
}
