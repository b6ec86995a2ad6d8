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
