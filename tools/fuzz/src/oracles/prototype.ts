import { eventsOf } from "../decoding.ts";
import { type Oracle, report } from "../oracle.ts";
import { hasStrangePrototype } from "../write-down.ts";

/**
 * No input changes an object that it did not make: nothing becomes enumerable in every object, no built-in prototype gets
 * or loses a key, and no decoded object has a prototype that came out of the input.
 */
export const prototype: Oracle = {
	name: "prototype",
	check(execution) {
		const { whole } = execution;
		if (whole.items.some(hasStrangePrototype))
			report(
				execution,
				"prototype",
				"an object has a prototype that came out of the input",
				{ events: { expected: [], actual: eventsOf(whole) }, code: "value" },
			);
		const found =
			execution.thorough || ++executions % 1000 === 0 ? pollution() : inEvery();
		if (found !== undefined)
			report(execution, "prototype", found, { code: "pollution" });
	},
};

let executions = 0;

/** The key that every object seems to have, which is then taken back. */
function inEvery(): string | undefined {
	for (const key in {}) {
		delete (Object.prototype as Record<string, unknown>)[key];
		return `Object.prototype has got ${JSON.stringify(key)}`;
	}
	return undefined;
}

const WATCHED: readonly (readonly [string, object])[] = [
	["Object.prototype", Object.prototype],
	["Array.prototype", Array.prototype],
	["Function.prototype", Function.prototype],
	["String.prototype", String.prototype],
	["Number.prototype", Number.prototype],
	["Map.prototype", Map.prototype],
	["Error.prototype", Error.prototype],
	["Uint8Array.prototype", Uint8Array.prototype],
	["Object", Object],
];
const before = WATCHED.map(([, object]) => new Set(Reflect.ownKeys(object)));

/** Whether any of the built-in objects has other keys than at the start. What was added is taken back. */
function pollution(): string | undefined {
	for (const [i, [name, object]] of WATCHED.entries()) {
		const known = before[i] as Set<PropertyKey>;
		const keys = Reflect.ownKeys(object);
		for (const key of keys)
			if (!known.has(key)) {
				Reflect.deleteProperty(object, key);
				return `${name} has got ${String(key)}`;
			}
		if (keys.length < known.size) {
			before[i] = new Set(keys);
			return `${name} has lost a key`;
		}
	}
	return undefined;
}
