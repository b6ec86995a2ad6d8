import { mayExit, stayAlive } from "./stay-alive.ts";

/**
 * How a wait has ended.
 *
 * - `ready`: the amount can be moved
 * - `ended`: the other side has ended, so it never will; what it had published may still be read
 * - `timed-out`
 */
export type WaitResult = "ready" | "ended" | "timed-out";

/** Who can wait: a side of a ring, or of many. */
export interface Waiter {
	/** The header with the word that is slept on. */
	readonly words: Int32Array;
	/** The index of that word. */
	readonly wakeWord: number;
	/** Tells whether `amount` can be moved now, or never will; `undefined` if it is to be waited for. */
	poll(amount: number): "ready" | "ended" | undefined;
	/** Shows the other side all that was done here. */
	flush(): void;
}

/** What not every engine has. */
interface NewAtomics {
	readonly pause?: () => void;
	readonly waitAsync?: (
		words: Int32Array,
		index: number,
		value: number,
		timeout: number,
	) => { readonly async: boolean; readonly value: string | Promise<string> };
}

const SPINS_PER_LOOK_AT_THE_CLOCK = 64;
/** Some microseconds, and some ten of them: being put to sleep and woken takes as long. */
const FEWEST_LOOKS = 128;
const MOST_LOOKS = 2048;
/** Who slept for no longer, in milliseconds, had better looked for as long. */
const SHORT_SLEEP = 0.1;
/** How many looks a thread takes before it sleeps: more while its sleeps turn out short, as between two that keep pace. */
let patience = FEWEST_LOOKS;
const POLL_INTERVAL = 1;

/**
 * Waits on a core of its own, for the shortest delay. `amount` is bytes of the message to write, one message to read, or
 * elements. As every wait, it first publishes or releases all that was done, so that no two sides wait for each other.
 */
export function waitSpinning(
	side: Waiter,
	timeout: number = Number.POSITIVE_INFINITY,
	amount: number = 1,
): WaitResult {
	const { pause } = Atomics as NewAtomics;
	assertTimeout(timeout);
	// The clock takes longer than most waits do: it is looked at when this one has turned out to be long.
	let deadline: number | undefined;
	side.flush();
	for (let spins = 1; ; spins++) {
		const state = side.poll(amount);
		if (state !== undefined) return state;
		pause?.();
		if (spins % SPINS_PER_LOOK_AT_THE_CLOCK !== 0) continue;
		deadline ??= deadlineOf(timeout);
		if (leftOf(deadline) <= 0) return "timed-out";
	}
}

/**
 * Waits asleep, blocking the thread, for up to `timeout` milliseconds. It looks for some microseconds before, since going to
 * sleep and being woken takes longer than most waits do, and for up to some ten of them where that spares sleeps. Not for a
 * page's main thread, nor an AudioWorklet.
 */
export function waitBlocking(
	side: Waiter,
	timeout: number = Number.POSITIVE_INFINITY,
	amount: number = 1,
): WaitResult {
	const deadline = deadlineOf(timeout);
	side.flush();
	for (;;) {
		const state = look(side, amount) ?? armed(side, amount);
		if (state !== undefined) return state;
		const asleep = performance.now();
		const left = deadline - asleep;
		if (left <= 0) return "timed-out";
		Atomics.wait(side.words, side.wakeWord, 1, left);
		patience =
			performance.now() - asleep < SHORT_SLEEP
				? Math.min(2 * patience, MOST_LOOKS)
				: Math.max(patience / 2, FEWEST_LOOKS);
	}
}

/**
 * Waits without blocking the thread, for up to `timeout` milliseconds. Keeps Node alive meanwhile. Where there is no
 * `Atomics.waitAsync`, it looks every millisecond.
 */
export function waitAsync(
	side: Waiter,
	timeout: number = Number.POSITIVE_INFINITY,
	amount: number = 1,
): Promise<WaitResult> {
	const deadline = deadlineOf(timeout);
	side.flush();
	return new Promise((resolve, reject) => {
		let asleep = false;
		const awake = (): void => {
			if (asleep) mayExit();
			asleep = false;
		};
		const giveUp = (error: unknown): void => {
			awake();
			reject(error);
		};
		const attempt = (): void => {
			const state = side.poll(amount) ?? armed(side, amount);
			const left = state === undefined ? leftOf(deadline) : 0;
			if (left > 0) {
				if (!asleep) stayAlive();
				asleep = true;
				woken(side, left).then(attempt).catch(giveUp);
			} else {
				awake();
				resolve(state ?? "timed-out");
			}
		};
		// What this throws rejects, since it is thrown in here.
		attempt();
	});
}

/** Looks for a moment. Where the processor cannot be told to pause, just once: more would hold up the thread that is waited for. */
function look(side: Waiter, amount: number): "ready" | "ended" | undefined {
	const { pause } = Atomics as NewAtomics;
	const state = side.poll(amount);
	if (state !== undefined || pause === undefined) return state;
	for (let looks = 1; looks < patience; looks++) {
		pause();
		const state = side.poll(amount);
		if (state !== undefined) return state;
	}
	return undefined;
}

/** Announces that this side is about to sleep, and looks once more: what came before is seen here, what comes later wakes. */
function armed(side: Waiter, amount: number): "ready" | "ended" | undefined {
	Atomics.store(side.words, side.wakeWord, 1);
	return side.poll(amount);
}

/** Resolves when the other side has moved, after `timeout` milliseconds, or earlier. */
function woken(side: Waiter, timeout: number): Promise<unknown> {
	const { waitAsync } = Atomics as NewAtomics;
	if (waitAsync === undefined)
		return new Promise((resolve) =>
			setTimeout(resolve, Math.min(timeout, POLL_INTERVAL)),
		);
	return Promise.resolve(
		waitAsync(side.words, side.wakeWord, 1, timeout).value,
	);
}

function assertTimeout(timeout: number): void {
	if (!(timeout >= 0))
		throw new RangeError(
			`timeout must be 0 or more milliseconds, not ${timeout}`,
		);
}

function deadlineOf(timeout: number): number {
	assertTimeout(timeout);
	return timeout === Number.POSITIVE_INFINITY
		? timeout
		: performance.now() + timeout;
}

function leftOf(deadline: number): number {
	return deadline === Number.POSITIVE_INFINITY
		? deadline
		: deadline - performance.now();
}
