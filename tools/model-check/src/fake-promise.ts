import { isSuspension, type Replay } from "./replay.ts";

/** A promise whose callbacks are jobs of the thread that is being run. */
export interface FakePromise {
	then(next: (value: unknown) => unknown): FakePromise;
	catch(next: (error: unknown) => unknown): FakePromise;
}

type Settle = (value: unknown) => void;
type Executor = (resolve: Settle, reject: Settle) => void;

/** Makes the promises of a source that is run by replays: `new`, `resolve`, `then` and `catch`. */
export function fakePromise(replay: () => Replay): {
	new (executor: Executor): FakePromise;
	resolve(value?: unknown): FakePromise;
} {
	return class Fake implements FakePromise {
		#settled: { failed: boolean; value: unknown } | undefined;
		readonly #waiting: (() => void)[] = [];

		constructor(executor: Executor) {
			const resolve = (value: unknown): void => {
				// A promise passes on how another one ends.
				if (value instanceof Fake)
					value.#follow((failed, inner) => this.#settle(failed, inner));
				else this.#settle(false, value);
			};
			try {
				executor(resolve, (error) => this.#settle(true, error));
			} catch (error) {
				if (isSuspension(error)) throw error;
				this.#settle(true, error);
			}
		}

		static resolve(value?: unknown): FakePromise {
			return value instanceof Fake
				? value
				: new Fake((resolve) => resolve(value));
		}

		// biome-ignore lint/suspicious/noThenProperty: it stands in for a promise.
		then(next: (value: unknown) => unknown): FakePromise {
			return this.#chain(false, next);
		}

		catch(next: (error: unknown) => unknown): FakePromise {
			return this.#chain(true, next);
		}

		#chain(ofFailure: boolean, next: (value: unknown) => unknown): FakePromise {
			return new Fake((resolve, reject) => {
				this.#follow((failed, value) => {
					if (failed !== ofFailure)
						return failed ? reject(value) : resolve(value);
					try {
						resolve(next(value));
					} catch (error) {
						if (isSuspension(error)) throw error;
						reject(error);
					}
				});
			});
		}

		#follow(job: (failed: boolean, value: unknown) => void): void {
			const start = (): void => {
				const { failed, value } = this.#settled as {
					failed: boolean;
					value: unknown;
				};
				replay().jobs.push(() => job(failed, value));
			};
			if (this.#settled === undefined) this.#waiting.push(start);
			else start();
		}

		#settle(failed: boolean, value: unknown): void {
			if (this.#settled !== undefined) return;
			this.#settled = { failed, value };
			for (const start of this.#waiting.splice(0)) start();
		}
	};
}
