import type { TableCall } from "./call-table.ts";
import type { ProgressToken } from "./dialect.ts";

/** A call in flight, and what is to be undone when it is settled. */
export class Call implements TableCall {
	id = 0;
	batch: Set<this> | undefined = undefined;
	readonly method: string;
	readonly resolve: (result: unknown) => void;
	readonly reject: (reason: unknown) => void;
	/** When it was made, for the trace. */
	at = 0;
	/** Whether the remote may know of it. */
	isSent = false;
	/** The tokens with which it asked for progress. */
	tokens: readonly ProgressToken[] = NONE;
	#timer: ReturnType<typeof setTimeout> | undefined = undefined;
	#signal: AbortSignal | undefined = undefined;
	#onAbort: (() => void) | undefined = undefined;

	constructor(
		method: string,
		resolve: (result: unknown) => void,
		reject: (reason: unknown) => void,
	) {
		this.method = method;
		this.resolve = resolve;
		this.reject = reject;
	}

	/** Starts the time that it has, or starts it anew. */
	startTimer(timeout: number, onTimeout: () => void): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(onTimeout, timeout);
	}

	listenTo(signal: AbortSignal, onAbort: () => void): void {
		this.#signal = signal;
		this.#onAbort = onAbort;
		signal.addEventListener("abort", onAbort);
	}

	/** Stops waiting for anything. */
	release(): void {
		if (this.#timer !== undefined) clearTimeout(this.#timer);
		if (this.#onAbort !== undefined)
			this.#signal?.removeEventListener("abort", this.#onAbort);
	}
}

const NONE: readonly ProgressToken[] = [];
