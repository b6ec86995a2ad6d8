import type { Params, RawJson } from "@framewright/json-rpc";
import type { Progress, ProgressKind, ProgressToken } from "./dialect.ts";
import { plain } from "./plain.ts";

type Listener = (value: unknown) => void;

/** What a call wants to hear before its answer. */
export interface Wishes {
	readonly resetTimeoutOnProgress?: boolean | undefined;
	readonly onProgress?: Listener | undefined;
	readonly onPartialResult?: Listener | undefined;
}

/** Who listens to the progress of our calls, by the tokens that we gave out. */
export class ProgressListeners {
	readonly #progress: Progress | undefined;
	readonly #onError: (error: unknown) => void;
	readonly #listeners: Map<ProgressToken, Listener> = new Map();

	constructor(
		progress: Progress | undefined,
		onError: (error: unknown) => void,
	) {
		this.#progress = progress;
		this.#onError = onError;
	}

	/**
	 * Puts tokens in the params of the call of that id, for what it wishes to hear; `onAny` is told of all of it, first.
	 * Throws a `TypeError`, and does nothing, where the dialect or the params do not have room for that.
	 */
	ask(
		id: number,
		params: Params | RawJson | undefined,
		{ resetTimeoutOnProgress, onProgress, onPartialResult }: Wishes,
		onAny: () => void,
	): { params: Params | undefined; tokens: readonly ProgressToken[] } {
		const wishes: [ProgressKind, ProgressToken, Listener | undefined][] = [];
		if (onPartialResult !== undefined)
			wishes.push(["partialResult", `partial ${id}`, onPartialResult]);
		if (onProgress !== undefined || resetTimeoutOnProgress)
			wishes.push(["progress", id, onProgress]);
		if (this.#progress === undefined)
			throw new TypeError("request(): progress needs a dialect that has it");
		let asking = plain(params) as Params | undefined;
		for (const [kind, token] of wishes)
			asking = this.#progress.ask(asking, kind, token);
		for (const [, token, listener] of wishes)
			this.#listeners.set(token, (value) => {
				onAny();
				listener?.(value);
			});
		return { params: asking, tokens: wishes.map(([, token]) => token) };
	}

	/** Tells whoever listens to a token. Returns false if nobody does. */
	tell(token: ProgressToken, value: unknown): boolean {
		const listener = this.#listeners.get(token);
		try {
			listener?.(value);
		} catch (error) {
			this.#onError(error);
		}
		return listener !== undefined;
	}

	forget(tokens: readonly ProgressToken[]): void {
		for (const token of tokens) this.#listeners.delete(token);
	}
}

/** Whether a call wants to hear anything. */
export function hasWishes(wishes: Wishes): boolean {
	return (
		wishes.resetTimeoutOnProgress === true ||
		wishes.onProgress !== undefined ||
		wishes.onPartialResult !== undefined
	);
}
