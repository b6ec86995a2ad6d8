/** How long what is under way may take to end in peace. */
const GRACE_MS = 2000;

/** What SIGINT and SIGTERM ask for. */
export interface Stop {
	/** To take nothing new, and to end what is under way. */
	readonly soon: AbortSignal;
	/** To end at once: it has taken too long, or was asked for again. */
	readonly now: AbortSignal;
}

/** Listens to SIGINT and SIGTERM from now on. */
export function stopSignals(): Stop {
	const soon = new AbortController();
	const now = new AbortController();
	const stop = (): void => {
		if (soon.signal.aborted) now.abort();
		else setTimeout(() => now.abort(), GRACE_MS);
		soon.abort();
	};
	process.on("SIGINT", stop);
	process.on("SIGTERM", stop);
	return { soon: soon.signal, now: now.signal };
}
