/** What ties a response to its request. `1`, `"1"` and `1.0` are different ids, and each is echoed as it was written. */
export type Id = string | number | null | ExactId;

/**
 * An id that JavaScript would write in another way than its sender did, kept as it stands on the wire:
 *
 *     1.0   1e3   9007199254740993   "\u0031"
 *
 * Every other id is a plain string, number or null.
 */
export class ExactId {
	/** The id as JSON text, byte for byte. */
	readonly token: string;

	constructor(token: string) {
		this.token = token;
	}

	toJSON(): unknown {
		return JSON.parse(this.token);
	}
}

/**
 * Returns the key of an id in a table of calls: ids that mean the same have the same key, and no others.
 *
 * A string means what it says however it was escaped, since a peer may escape it in another way. Numbers are compared as they
 * are written: whoever wrote 1 and 1.0 may tell them apart.
 */
export function idKey(id: Id): string {
	if (typeof id === "string") return `"${id}`;
	if (!(id instanceof ExactId)) return `${id}`;
	return id.token[0] === '"' ? `"${JSON.parse(id.token)}` : id.token;
}
