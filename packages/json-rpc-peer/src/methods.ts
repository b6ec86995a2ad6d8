import type { Contract } from "./contract.ts";
import { errorCodes, PeerError, ResponseError } from "./errors.ts";
import type { Handler } from "./handlers.ts";
import type { Incoming } from "./incoming.ts";
import type { Middleware } from "./options.ts";
import { plain } from "./plain.ts";
import {
	issueData,
	type SchemaResult,
	type StandardSchemaV1,
} from "./standard-schema.ts";

/** A handler, and what the contract says of its method. */
interface Method {
	readonly handler: Handler<never, unknown>;
	readonly params: StandardSchemaV1 | undefined;
	readonly result: StandardSchemaV1 | undefined;
}

/** What this side offers: runs a call through the middleware, the params' schema, its handler and the result's schema. */
export class Methods {
	readonly #local: Contract | undefined;
	/** The dialect's own notification, if it has one. */
	readonly #reserved: string | undefined;
	readonly #middleware: readonly Middleware[];
	// A map, so that `toString` and `__proto__` are unknown like any other name.
	readonly #methods: Map<string, Method> = new Map();

	constructor(
		local: Contract | undefined,
		reserved: string | undefined,
		middleware: readonly Middleware[],
	) {
		this.#local = local;
		this.#reserved = reserved;
		this.#middleware = middleware;
	}

	/** Adds a handler; returns what removes it. */
	add(name: string, handler: Handler<never, unknown>): () => void {
		if (typeof handler !== "function")
			throw new TypeError(
				`handle(): the handler of "${name}" must be a function`,
			);
		if (name.startsWith("rpc.") || name === this.#reserved)
			throw new RangeError(`handle(): "${name}" is reserved`);
		if (this.#methods.has(name))
			throw new Error(`handle(): "${name}" has a handler already`);
		const method = { handler, ...this.#schemasOf(name) };
		this.#methods.set(name, method);
		return () => {
			if (this.#methods.get(name) === method) this.#methods.delete(name);
		};
	}

	/** Runs a call: returns its result or a promise, or throws. */
	run(call: Incoming): unknown {
		return this.#middleware.length === 0
			? this.#handle(call, call.params)
			: this.#through(call, call.params, 0);
	}

	/** Runs the middleware from `index` on, and then the handler. */
	async #through(
		call: Incoming,
		params: unknown,
		index: number,
	): Promise<unknown> {
		const middleware = this.#middleware[index];
		return middleware === undefined
			? this.#handle(call, params)
			: middleware(call, (changed = params) =>
					this.#through(call, changed, index + 1),
				);
	}

	#handle(call: Incoming, params: unknown): unknown {
		const method = this.#methods.get(call.method);
		if (method === undefined) {
			if (call.id === undefined) return undefined;
			throw new ResponseError(errorCodes.methodNotFound, "Method not found");
		}
		const { handler, params: schema } = method;
		const proceed = (given: unknown): unknown =>
			checkResult(method, call, handler(given as never, call));
		if (schema === undefined) return proceed(params);
		// Not awaited without need, so that handlers start in the order of their calls.
		const checked = schema["~standard"].validate(plain(params));
		return checked instanceof Promise
			? checked.then((checked) => proceed(validParams(checked)))
			: proceed(validParams(checked));
	}

	#schemasOf(name: string): Pick<Method, "params" | "result"> {
		if (this.#local === undefined)
			return { params: undefined, result: undefined };
		const { methods = {}, notifications = {} } = this.#local;
		if (Object.hasOwn(methods, name))
			return { params: methods[name]?.params, result: methods[name]?.result };
		if (Object.hasOwn(notifications, name))
			return { params: notifications[name]?.params, result: undefined };
		throw new RangeError(`handle(): the contract has no "${name}"`);
	}
}

function validParams(checked: SchemaResult<unknown>): unknown {
	if (checked.issues === undefined) return checked.value;
	throw new ResponseError(
		errorCodes.invalidParams,
		"Invalid params",
		issueData(checked.issues),
	);
}

function checkResult(
	{ result: schema }: Method,
	call: Incoming,
	result: unknown,
): unknown {
	// A notification's result goes nowhere.
	return schema === undefined || call.id === undefined
		? result
		: validResult(schema, call.method, result);
}

/** Returns the result itself: whoever reads it applies the schema again, and must find what the schema takes. */
async function validResult(
	schema: StandardSchemaV1,
	name: string,
	returned: unknown,
): Promise<unknown> {
	const result = (await returned) ?? null;
	const { issues } = await schema["~standard"].validate(plain(result));
	if (issues === undefined) return result;
	throw invalidResult(name, issues);
}

/** Tells that a result is not what the contract says. */
export function invalidResult(
	name: string,
	issues: PeerError["issues"] & {},
): PeerError {
	return new PeerError(
		"invalid-result",
		`The result of "${name}" is not what the contract says`,
		{ issues },
	);
}
