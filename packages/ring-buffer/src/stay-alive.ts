// Node exits though an Atomics.waitAsync is pending (nodejs/node #61941). One timer for all waits keeps it: to make one for
// each costs more than to refer to it.

interface Timer {
	ref?(): void;
	unref?(): void;
}

const LONGEST_TIMER = 2 ** 31 - 1;
let timer: Timer | undefined;
let waits = 0;

/** Keeps Node alive until `mayExit` was called as often as this. */
export function stayAlive(): void {
	timer ??= setInterval(() => {}, LONGEST_TIMER) as Timer;
	if (waits++ === 0) timer.ref?.();
}

/** Takes a `stayAlive` back. */
export function mayExit(): void {
	if (--waits === 0) timer?.unref?.();
}
