/**
 * Stands in for `node:assert/strict` where examples run in a browser. What it lacks is undefined there, so that an example
 * which needs more fails instead of passing.
 */

type Expected = RegExp | (new (...args: never[]) => unknown) | object;

class AssertionError extends Error {
	override name = "AssertionError";
}

export function fail(message: string): never {
	throw new AssertionError(message);
}

export function ok(value: unknown, message = `${value} is not truthy`): void {
	if (!value) fail(message);
}

export function equal(actual: unknown, expected: unknown): void {
	if (!Object.is(actual, expected))
		fail(`${String(actual)} is not ${String(expected)}`);
}

export function notEqual(actual: unknown, expected: unknown): void {
	if (Object.is(actual, expected))
		fail(`${String(actual)} is not to be expected`);
}

export function deepEqual(actual: unknown, expected: unknown): void {
	if (!isDeepEqual(actual, expected))
		fail(`${show(actual)} is not deeply equal to ${show(expected)}`);
}

export function match(actual: string, pattern: RegExp): void {
	if (!pattern.test(actual)) fail(`${show(actual)} does not match ${pattern}`);
}

export function throws(block: () => unknown, expected?: Expected): void {
	let error: unknown;
	try {
		block();
		error = nothing;
	} catch (caught) {
		error = caught;
	}
	matchError(error, expected);
}

export async function rejects(
	promise: Promise<unknown> | (() => Promise<unknown>),
	expected?: Expected,
): Promise<void> {
	let error: unknown;
	try {
		await (typeof promise === "function" ? promise() : promise);
		error = nothing;
	} catch (caught) {
		error = caught;
	}
	matchError(error, expected);
}

const nothing = Symbol("nothing was thrown");

function matchError(error: unknown, expected: Expected = {}): void {
	notEqual(error, nothing);
	if (expected instanceof RegExp) match(String(error), expected);
	else if (typeof expected === "function")
		ok(error instanceof expected, `${error} is no ${expected.name}`);
	else
		for (const [key, value] of Object.entries(expected)) {
			const found = (error as Record<string, unknown>)[key];
			if (value instanceof RegExp) match(String(found), value);
			else deepEqual(found, value);
		}
}

function isDeepEqual(a: unknown, b: unknown): boolean {
	if (Object.is(a, b)) return true;
	if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
	if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
	if (a instanceof Error && b instanceof Error && a.message !== b.message)
		return false;
	if (a instanceof Map || a instanceof Set)
		return isDeepEqual([...a], [...(b as Set<unknown>)]);
	if (a instanceof Date) return a.getTime() === (b as Date).getTime();
	// What these hold is in none of their properties.
	if ([ArrayBuffer, DataView, RegExp].some((type) => a instanceof type))
		fail(`${a} cannot be compared here`);
	const keys = Object.keys(a);
	return (
		keys.length === Object.keys(b).length &&
		keys.every(
			(key) =>
				Object.hasOwn(b, key) &&
				isDeepEqual(Reflect.get(a, key), Reflect.get(b, key)),
		)
	);
}

function show(value: unknown): string {
	return value instanceof Uint8Array
		? `Uint8Array [${value}]`
		: (JSON.stringify(value) ?? String(value));
}

export { deepEqual as deepStrictEqual, equal as strictEqual };

export default Object.assign(
	(value: unknown, message?: string) => ok(value, message),
	{
		ok,
		fail,
		equal,
		strictEqual: equal,
		notEqual,
		deepEqual,
		deepStrictEqual: deepEqual,
		match,
		throws,
		rejects,
	},
);
