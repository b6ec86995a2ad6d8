import { type Value, writes } from "./operation.ts";
import type { Point } from "./point.ts";

interface Sleeper {
	readonly thread: number;
	readonly byte: number;
	readonly async: boolean;
}

/** One state of everything. It is never changed. */
export interface World {
	readonly memory: Uint8Array<ArrayBuffer>;
	/** Where each thread stands. */
	readonly points: readonly Point[];
	/** Who sleeps, first come, first woken. The dead sleep on, and may take a notification. */
	readonly sleepers: readonly Sleeper[];
	/** How the asynchronous wait of each thread has ended, if it has not heard of it. */
	readonly woken: readonly (string | undefined)[];
	readonly dead: boolean;
	/** Which threads were written for since their timer fired last; only where there are timers. */
	readonly changed?: readonly boolean[];
}

/** Lets a thread do its next operation, or lets its wait time out. */
export function step(
	world: World,
	thread: number,
	timedOut?: "timed-out",
): World {
	const pending = world.points[thread]?.outcome.pending;
	if (pending === undefined) throw new Error(`Thread ${thread} has ended`);
	const { kind, byte, bytes, values } = pending;
	// Who only looks shares it, and what was found out about it.
	const memory = writes.has(kind) ? world.memory.slice() : world.memory;
	const view = new DataView(memory.buffer);
	const points = [...world.points];
	const woken = [...world.woken];
	let sleepers = world.sleepers;
	let { changed } = world;
	const proceed = (who: number, value: Value): void => {
		points[who] = (points[who] as Point).after(value);
	};
	const [value = 0, replacement = 0] = values;
	if (timedOut !== undefined) {
		sleepers = sleepers.filter((sleeper) => sleeper.thread !== thread);
		proceed(thread, timedOut);
		return { ...world, memory, points, sleepers, woken };
	}
	switch (kind) {
		case "timer":
			changed = changed?.map((has, who) => has && who !== thread);
			proceed(thread, "fired");
			break;
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
	if (writes.has(kind))
		changed = changed?.map((has, who) => has || who !== thread);
	return {
		...world,
		memory,
		points,
		sleepers,
		woken,
		...(changed && { changed }),
	};
}
