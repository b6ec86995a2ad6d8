/** A promise and what settles it; `Promise.withResolvers` is missing in Node 20. */
export interface Deferred<T = void> {
	readonly promise: Promise<T>;
	resolve(value: T): void;
	reject(reason: unknown): void;
}

/** Makes a promise whose rejection reaches whoever waits for it, and never the process when nobody does. */
export function deferred<T = void>(): Deferred<T> {
	let resolve!: (value: T) => void;
	let reject!: (reason: unknown) => void;
	const promise = new Promise<T>((res, rej) => {
		resolve = res;
		reject = rej;
	});
	promise.catch(() => {});
	return { promise, resolve, reject };
}
