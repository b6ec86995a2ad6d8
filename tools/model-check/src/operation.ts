/** A value that an operation gives to the thread: a number, the bytes of a range, or how a wait ended. */
export type Value = number | string | readonly number[];

/** What a thread is about to do to the shared memory. */
export interface Operation {
	readonly kind:
		| "read"
		| "write"
		| "load"
		| "store"
		| "or"
		| "compareExchange"
		| "wait"
		| "waitAsync"
		| "awake"
		| "timer"
		| "notify";
	/** The bytes it touches. */
	readonly byte: number;
	readonly bytes: number;
	/** What is written, or expected; `read`: the width of an element; `compareExchange`: the expected value and the new one. */
	readonly values: readonly number[];
	/** `wait`, `waitAsync`, `awake`: whether it may time out. */
	readonly mayTimeOut: boolean;
}

/** The kinds that change memory. */
export const writes: ReadonlySet<string> = new Set([
	"write",
	"store",
	"or",
	"compareExchange",
]);
const touches = new Set([...writes, "read", "load", "wait", "waitAsync"]);

/** Tells whether two operations, both about to be done, are a data race: they touch the same bytes, one writes, one is not atomic. */
export function isRace(a: Operation, b: Operation): boolean {
	return (
		touches.has(a.kind) &&
		touches.has(b.kind) &&
		a.byte < b.byte + b.bytes &&
		b.byte < a.byte + a.bytes &&
		(writes.has(a.kind) || writes.has(b.kind)) &&
		[a.kind, b.kind].some((kind) => kind === "read" || kind === "write")
	);
}
