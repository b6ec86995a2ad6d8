import { fakePromise } from "./fake-promise.ts";
import type { Value } from "./operation.ts";
import type { Replay } from "./replay.ts";

/** Nothing writes to the first line of the header once the ring is made: reading it needs no interleaving. */
const CONSTANT_BYTES = 128;

/** The memory of a ring, as the source sees it: only a length. It is a part of all memory that the threads share. */
export class FakeMemory {
	readonly byteLength: number;
	/** Where it begins in that. */
	readonly base: number;
	readonly [Symbol.toStringTag] = "SharedArrayBuffer";
	constructor(byteLength: number, base = 0) {
		this.byteLength = byteLength;
		this.base = base;
	}
}

interface View {
	/** Where its memory begins. */
	readonly base: number;
	readonly start: number;
	readonly width: number;
}
const views = new WeakMap<object, View>();

/**
 * Stands in for everything through which the source touches what threads share, or time. `replay` gives the run of the
 * thread that is being run; `constants` all memory as it was made.
 */
export function fakeGlobals(
	replay: () => Replay,
	constants: DataView,
	{ withoutWaitAsync = false }: { withoutWaitAsync?: boolean } = {},
): Record<string, unknown> {
	const byteOf = (view: object, index: number): number => {
		const { start, width } = views.get(view) as View;
		return start + index * width;
	};
	const elements = (width: number) =>
		function view(memory: FakeMemory, from = 0, length?: number): object {
			const { base } = memory;
			const start = base + from;
			const count = length ?? (memory.byteLength - from) / width;
			const range = (
				kind: "read" | "write",
				from: number,
				values: readonly number[],
				many: number,
			): Value => {
				if (!(from >= 0 && from + many <= count))
					throw new Error(
						`${kind} of ${many} elements at ${from}, outside of ${count}`,
					);
				return many === 0
					? []
					: replay().perform(kind, start + from * width, many * width, values);
			};
			const methods = {
				length: count,
				set: (source: ArrayLike<number>, at = 0) =>
					void range("write", at, Array.from(source), source.length),
				slice: (from: number, to: number) =>
					range("read", from, [width], to - from),
			};
			const proxy = new Proxy(methods, {
				get: (target, key) =>
					typeof key === "string" && /^-?\d/.test(key)
						? (range("read", Number(key), [width], 1) as number[])[0]
						: Reflect.get(target, key),
				set: (_, key, value) => {
					range("write", Number(key), [value], 1);
					return true;
				},
			});
			views.set(proxy, { base, start, width });
			return proxy;
		};
	const word = (
		kind: "load" | "store" | "or" | "compareExchange" | "notify",
		view: object,
		index: number,
		...values: number[]
	): Value => replay().perform(kind, byteOf(view, index), 4, values);
	const Pledge = fakePromise(replay);
	const waitAsync = (
		view: object,
		index: number,
		value: number,
		timeout: number,
	): object => {
		const finite = timeout !== Number.POSITIVE_INFINITY;
		const how = replay().perform(
			"waitAsync",
			byteOf(view, index),
			4,
			[value],
			finite,
		);
		if (how !== "async") return { async: false, value: how };
		return {
			async: true,
			value: new Pledge((resolve) => {
				replay().onAwake = { resolve, timeout };
			}),
		};
	};
	return {
		SharedArrayBuffer: FakeMemory,
		Int32Array: elements(4),
		Uint8Array: elements(1),
		Promise: Pledge,
		Atomics: {
			load: (view: object, index: number) =>
				byteOf(view, index) - (views.get(view) as View).base < CONSTANT_BYTES
					? constants.getInt32(byteOf(view, index), true)
					: word("load", view, index),
			store: (view: object, index: number, value: number) =>
				word("store", view, index, value),
			or: (view: object, index: number, value: number) =>
				word("or", view, index, value),
			compareExchange: (
				view: object,
				index: number,
				old: number,
				value: number,
			) => word("compareExchange", view, index, old, value),
			notify: (view: object, index: number, count = Number.POSITIVE_INFINITY) =>
				word("notify", view, index, count),
			wait(view: object, index: number, value: number, timeout: number) {
				const finite = timeout !== Number.POSITIVE_INFINITY;
				const how = replay().perform(
					"wait",
					byteOf(view, index),
					4,
					[value],
					finite,
				);
				if (how === "timed-out") replay().now += timeout;
				return how;
			},
			...(!withoutWaitAsync && { waitAsync }),
		},
		performance: { now: () => replay().now },
		setTimeout: (resolve: () => void, timeout: number) => {
			replay().onAwake = { resolve, timeout, isTimer: true };
		},
		setInterval: () => 0,
		clearInterval: () => {},
	};
}
