/** A promise and what settles it; `Promise.withResolvers` is missing in Node 20. */
export interface Deferred {
	readonly promise: Promise<void>;
	resolve(): void;
	reject(reason: unknown): void;
}

/** Makes a promise whose rejection reaches whoever waits for it, and never the process when nobody does. */
export function deferred(): Deferred {
	let resolve!: () => void;
	let reject!: (reason: unknown) => void;
	const promise = new Promise<void>((res, rej) => {
		resolve = res;
		reject = rej;
	});
	promise.catch(() => {});
	return { promise, resolve, reject };
}
