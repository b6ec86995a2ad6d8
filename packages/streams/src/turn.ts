type Schedule = (task: () => void) => unknown;

const { setImmediate } = globalThis as { setImmediate?: Schedule };
let schedule: Schedule | undefined = setImmediate;

/** Resolves in another turn of the event loop, when what was due has had its turn. */
export function turn(): Promise<void> {
	schedule ??= byMessages();
	const later = schedule;
	return new Promise((resolve) => {
		later(resolve);
	});
}

/** What may be moved in one turn of the event loop, in bytes, where a message counts as 1,024 at least. */
const MOST = 262_144;
const LEAST_COST = 1024;

/** Sees to it that the event loop turns, however much there is to be moved without waiting. */
export class TurnBudget {
	#left = MOST;

	/** Whether the event loop has to turn before anything more is moved. */
	get isSpent(): boolean {
		return this.#left <= 0;
	}

	/** Notes that so many bytes were moved. */
	spend(bytes: number): void {
		this.#left -= Math.max(bytes, LEAST_COST);
	}

	/** Notes that the event loop has turned. */
	renew(): void {
		this.#left = MOST;
	}
}

/** A browser's timers wait for milliseconds; its messages do not. */
function byMessages(): Schedule {
	const { port1, port2 } = new MessageChannel();
	const tasks: (() => void)[] = [];
	port1.onmessage = () => tasks.shift()?.();
	return (task) => {
		tasks.push(task);
		port2.postMessage(undefined);
	};
}
