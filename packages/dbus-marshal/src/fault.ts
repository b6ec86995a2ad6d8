/**
 * What is thrown from deep inside a value. On its way up, each container adds its step to the path; only at the top does it
 * become the error that the caller sees. So a value that is in order pays nothing for the path.
 */
export class Fault {
	/** From the root of the value to the fault: `[0]["Metadata"].v[3]`. */
	path = "";
	/** Makes the error, once the whole path is known. */
	readonly error: (path: string) => Error;

	constructor(error: (path: string) => Error) {
		this.error = error;
	}
}

/** Puts a step in front of the path of what was thrown; what is not a fault stays as it is. */
export function within(thrown: unknown, step: string): unknown {
	if (thrown instanceof Fault) thrown.path = step + thrown.path;
	return thrown;
}

/** The step to the value of a dict at `key`. A long key is cut: whoever sent it would have it in every log. */
export function stepTo(key: unknown): string {
	if (typeof key !== "string") return `[${String(key)}]`;
	return `[${JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key)}]`;
}

/** What a caller of the package gets to see of what was thrown in the value named `root`. */
export function surface(thrown: unknown, root: string): unknown {
	return thrown instanceof Fault ? thrown.error(root + thrown.path) : thrown;
}
