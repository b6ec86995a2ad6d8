import type { Operation, Value } from "./operation.ts";

/** Where a thread stands. */
export interface Outcome {
	/** What it does next; `undefined` when it has ended. */
	readonly pending: Operation | undefined;
	readonly seen: readonly string[];
	readonly error: string | undefined;
	/** All that its future follows from. */
	readonly standing: string;
}

interface Sleeper {
	readonly thread: number;
	readonly byte: number;
	readonly async: boolean;
}

/** One state of everything. It is never changed. */
export interface World {
	readonly memory: Uint8Array<ArrayBuffer>;
	/** What the operations of each thread gave. */
	readonly logs: readonly (readonly Value[])[];
	readonly outcomes: readonly Outcome[];
	/** Who sleeps, first come, first woken. The dead sleep on, and may take a notification. */
	readonly sleepers: readonly Sleeper[];
	/** How the asynchronous wait of each thread has ended, if it has not heard of it. */
	readonly woken: readonly (string | undefined)[];
	readonly dead: boolean;
}

/** Lets a thread do its next operation, or lets its wait time out. */
export function step(
	world: World,
	thread: number,
	look: (thread: number, log: readonly Value[]) => Outcome,
	timedOut?: "timed-out",
): World {
	const pending = world.outcomes[thread]?.pending;
	if (pending === undefined) throw new Error(`Thread ${thread} has ended`);
	const { kind, byte, bytes, values } = pending;
	const memory = world.memory.slice();
	const view = new DataView(memory.buffer);
	const logs = [...world.logs];
	const outcomes = [...world.outcomes];
	const woken = [...world.woken];
	let sleepers = world.sleepers;
	const proceed = (who: number, value: Value): void => {
		const log = [...(logs[who] ?? []), value];
		logs[who] = log;
		outcomes[who] = look(who, log);
	};
	const [value = 0, replacement = 0] = values;
	if (timedOut !== undefined) {
		sleepers = sleepers.filter((sleeper) => sleeper.thread !== thread);
		proceed(thread, timedOut);
		return { ...world, memory, logs, outcomes, sleepers, woken };
	}
	switch (kind) {
		case "read": {
			proceed(
				thread,
				value === 4
					? [view.getInt32(byte, true)]
					: [...memory.subarray(byte, byte + bytes)],
			);
			break;
		}
		case "write":
			if (values.length === 1 && bytes === 4) view.setInt32(byte, value, true);
			else memory.set(values, byte);
			proceed(thread, 0);
			break;
		case "load":
			proceed(thread, view.getInt32(byte, true));
			break;
		case "store":
			view.setInt32(byte, value, true);
			proceed(thread, value);
			break;
		case "or": {
			const old = view.getInt32(byte, true);
			view.setInt32(byte, old | value, true);
			proceed(thread, old);
			break;
		}
		case "compareExchange": {
			const old = view.getInt32(byte, true);
			if (old === value) view.setInt32(byte, replacement, true);
			proceed(thread, old);
			break;
		}
		case "wait":
		case "waitAsync": {
			const async = kind === "waitAsync";
			const sleeps = view.getInt32(byte, true) === value;
			if (sleeps) sleepers = [...sleepers, { thread, byte, async }];
			if (async) woken[thread] = undefined;
			if (!sleeps) proceed(thread, "not-equal");
			else if (async) proceed(thread, "async");
			break;
		}
		case "awake":
			proceed(thread, woken[thread] ?? "ok");
			woken[thread] = undefined;
			break;
		case "notify": {
			const taken = sleepers
				.filter((sleeper) => sleeper.byte === byte)
				.slice(0, value);
			sleepers = sleepers.filter((sleeper) => !taken.includes(sleeper));
			for (const sleeper of taken) {
				if (sleeper.async) woken[sleeper.thread] = "ok";
				else proceed(sleeper.thread, "ok");
			}
			proceed(thread, taken.length);
		}
	}
	return { ...world, memory, logs, outcomes, sleepers, woken };
}
