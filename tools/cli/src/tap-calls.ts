import { ExactId, type Id, idKey } from "@framewright/json-rpc";

/** A request that was not answered yet. */
export interface Call {
	readonly id: Id;
	readonly method: string;
	readonly since: number;
	cancelled: boolean;
}

/** The most requests of one direction that are remembered, and the most characters of their ids and methods. */
const MAX_CALLS = 10_000;
const MAX_NAMES = 8 * 1024 * 1024;

/** The requests of one direction that were not answered yet; the oldest are forgotten when there are too many. */
export class Calls {
	/** By the key of the id. Nothing but good manners keeps a peer from using an id twice. */
	readonly #calls = new Map<string, Call[]>();
	#count = 0;
	#names = 0;
	forgotten = 0;

	/** Returns whether the id is in use already. */
	add(id: Id, method: string, since: number): boolean {
		const key = ownMemory(idKey(id));
		const call = {
			id: ownId(id),
			method: ownMemory(method),
			since,
			cancelled: false,
		};
		const same = this.#calls.get(key);
		if (same === undefined) this.#calls.set(key, [call]);
		else same.push(call);
		this.#count += 1;
		this.#names += key.length + method.length;
		while (this.#count > MAX_CALLS || this.#names > MAX_NAMES) {
			const [oldest] = this.#calls.keys();
			if (oldest === undefined) break;
			this.#take(oldest);
			this.forgotten += 1;
		}
		return same !== undefined;
	}

	take(id: Id): Call | undefined {
		return this.#take(idKey(id));
	}

	get(id: Id): Call | undefined {
		return this.#calls.get(idKey(id))?.at(-1);
	}

	all(): Call[] {
		return [...this.#calls.values()].flat();
	}

	#take(key: string): Call | undefined {
		const calls = this.#calls.get(key);
		const call = calls?.shift();
		if (call === undefined) return undefined;
		if (calls?.length === 0) this.#calls.delete(key);
		this.#count -= 1;
		this.#names -= key.length + call.method.length;
		return call;
	}
}

function ownId(id: Id): Id {
	if (id instanceof ExactId) return new ExactId(ownMemory(id.token));
	return typeof id === "string" ? ownMemory(id) : id;
}

/** Copies text: a piece of a message would keep the whole message in memory. */
function ownMemory(text: string): string {
	return Buffer.from(text, "utf16le").toString("utf16le");
}
