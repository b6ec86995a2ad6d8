import { Session } from "node:inspector";

/** What can be reached from an object. */
export interface Retained {
	/** Bytes of memory: whole backing buffers, each counted once, and strings. */
	readonly bytes: number;
	/** How many windows and strings that is. */
	readonly pieces: number;
}

/** More objects than this are not followed. */
const MOST_OBJECTS = 20_000;

/**
 * Looks into a decoder, private fields included, and adds up what it keeps alive. What `other`, a fresh one of the same
 * kind, can reach too is no input: options, tables, caches of the module.
 */
export function retainedBy(decoder: object, other: object): Retained {
	const shared = new Set<object>();
	walk(other, shared);
	const seen = new Set(shared);
	const buffers = new Set<ArrayBufferLike>();
	for (const object of shared)
		if (ArrayBuffer.isView(object)) buffers.add(object.buffer);
	let bytes = 0;
	let pieces = 0;
	walk(decoder, seen, (value) => {
		if (typeof value === "string") bytes += 2 * value.length;
		else if (!buffers.has(value.buffer)) {
			buffers.add(value.buffer);
			bytes += value.buffer.byteLength;
		}
		if ((typeof value === "string" ? value.length : value.byteLength) > 0)
			pieces += 1;
	});
	return { bytes, pieces };
}

/** Calls `found` with each window and each string that can be reached, but through what was seen. */
function walk(
	root: object,
	seen: Set<object>,
	found: (value: string | ArrayBufferView) => void = () => {},
): void {
	const queue: unknown[] = [root];
	while (queue.length > 0) {
		const value = queue.pop();
		if (typeof value === "string") found(value);
		if (typeof value !== "object" || value === null) continue;
		if (seen.has(value) || seen.size > MOST_OBJECTS) continue;
		seen.add(value);
		if (ArrayBuffer.isView(value)) found(value);
		else if (value instanceof Map)
			queue.push(...value.keys(), ...value.values());
		else if (value instanceof Set) queue.push(...value);
		else queue.push(...fieldsOf(value));
	}
}

/** The values of an object's own fields; getters are not called. */
function fieldsOf(value: object): unknown[] {
	const fields = Reflect.ownKeys(value).map(
		(key): unknown => Object.getOwnPropertyDescriptor(value, key)?.value,
	);
	const prototype: unknown = Object.getPrototypeOf(value);
	const isPlain =
		prototype === Object.prototype ||
		prototype === null ||
		Array.isArray(value);
	return isPlain ? fields : [...fields, ...privateFieldsOf(value)];
}

interface RemoteObject {
	readonly objectId?: string;
	readonly value?: unknown;
}
interface Properties {
	readonly privateProperties?: readonly { readonly value?: RemoteObject }[];
}

let session: Session | undefined;

/** The values of an object's private fields, which only the debugger's protocol hands out. */
function privateFieldsOf(value: object): unknown[] {
	if (session === undefined) {
		session = new Session();
		session.connect();
	}
	const globals = globalThis as { [EXCHANGE]?: unknown };
	const group = { objectGroup: EXCHANGE };
	try {
		globals[EXCHANGE] = value;
		const { result } = post<{ result: RemoteObject }>("Runtime.evaluate", {
			expression: `globalThis.${EXCHANGE}`,
			...group,
		});
		const { privateProperties = [] } = post<Properties>(
			"Runtime.getProperties",
			{ objectId: result.objectId, ownProperties: true },
		);
		const found: unknown[] = [];
		globals[EXCHANGE] = found;
		const remote = privateProperties.flatMap(({ value }) => {
			if (typeof value?.value === "string") found.push(value.value);
			return value?.objectId === undefined
				? []
				: [{ objectId: value.objectId }];
		});
		if (remote.length > 0)
			post("Runtime.callFunctionOn", {
				objectId: result.objectId,
				functionDeclaration: `function (...fields) { globalThis.${EXCHANGE}.push(...fields); }`,
				arguments: remote,
			});
		return found;
	} finally {
		delete globals[EXCHANGE];
		post("Runtime.releaseObjectGroup", group);
	}
}

const EXCHANGE = "__framewrightRetained";

/** Asks the debugger, which answers before `post` returns when it is on the thread that it looks at. */
function post<R>(method: string, parameters: object): R {
	let answer: unknown;
	let failure: Error | null = null;
	(session as Session).post(
		method as "Runtime.evaluate",
		parameters as { expression: string },
		(error, result) => {
			failure = error;
			answer = result;
		},
	);
	if (failure !== null) throw failure;
	return answer as R;
}
