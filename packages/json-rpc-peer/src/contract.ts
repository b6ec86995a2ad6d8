import type { InputOf, OutputOf, StandardSchemaV1 } from "./standard-schema.ts";

// biome-ignore lint/suspicious/noExplicitAny: a schema of anything
type AnySchema<Input = any> = StandardSchemaV1<Input, any>;

/** What one side offers to the other: methods and notifications by name. */
export interface Contract {
	readonly methods?: { readonly [name: string]: MethodContract };
	readonly notifications?: { readonly [name: string]: NotificationContract };
}

/** What a method takes and gives. What has no schema is not checked. */
export interface MethodContract {
	/** An array or an object, or nothing. */
	readonly params?: AnySchema<object | undefined> | undefined;
	readonly result?: AnySchema | undefined;
}

/** What a notification takes. */
export interface NotificationContract {
	/** An array or an object, or nothing. */
	readonly params?: AnySchema<object | undefined> | undefined;
}

/**
 * Returns the contract that it was given: one object that a server passes as `local` and its client as `remote`. Calls and
 * handlers are inferred from it. Who reads a value checks it: the server `params`, the client `result`; and the server
 * checks its own results before it sends them.
 *
 *     const calculator = contract({
 *       methods: { add: { params: z.tuple([z.number(), z.number()]), result: z.number() }, reset: method() },
 *       notifications: { log: notification<{ text: string }>() },
 *     });
 */
export function contract<const C extends Contract>(contract: C): C {
	return contract;
}

/** A method or notification that is described by types alone. */
export interface TypedMethod<Params, Result> {
	readonly params: StandardSchemaV1<Params>;
	readonly result: StandardSchemaV1<Result>;
}

/**
 * Describes a method by types alone; nothing is checked when it runs.
 *
 *     { add: method<[number, number], number>(), reset: method() }
 */
export function method(): TypedMethod<undefined, null>;
export function method<
	Params extends object | undefined,
	Result = null,
>(): TypedMethod<Params, Result>;
export function method(): TypedMethod<unknown, unknown> {
	return { params: unchecked(), result: unchecked() };
}

/** Describes a notification by its type alone; nothing is checked when it arrives. */
export function notification(): TypedMethod<undefined, null>;
export function notification<Params extends object | undefined>(): TypedMethod<
	Params,
	null
>;
export function notification(): TypedMethod<unknown, unknown> {
	return method();
}

/** Stands for a schema where the type is enough: `{ params: z.tuple([z.string()]), result: unchecked<Uint32>() }`. */
export function unchecked<T>(): StandardSchemaV1<T> {
	// Nothing at all: what has no schema is not checked.
	return undefined as unknown as StandardSchemaV1<T>;
}

/** The contract of whoever has none: any name, any params. */
export interface AnyContract {
	readonly methods: { readonly [name: string]: AnyMethod };
	readonly notifications: { readonly [name: string]: AnyMethod };
}

interface AnyMethod {
	// biome-ignore lint/suspicious/noExplicitAny: without a contract, the handler says what it takes
	readonly params: StandardSchemaV1<any, any>;
	readonly result: StandardSchemaV1;
}

type Of<C, K extends keyof Contract> = C extends {
	readonly [Key in K]: infer Entries;
}
	? Entries
	: // biome-ignore lint/complexity/noBannedTypes: no names at all
		{};

/** The names of a contract's methods. */
export type MethodName<C extends Contract> = keyof Of<C, "methods"> & string;

/** The names that can be notified: a notification is a call without an answer (section 4.1), of a method too. */
export type NotificationName<C extends Contract> =
	| (keyof Of<C, "notifications"> & string)
	| MethodName<C>;

type Entry<C extends Contract, N> = N extends keyof Of<C, "methods">
	? Of<C, "methods">[N]
	: N extends keyof Of<C, "notifications">
		? Of<C, "notifications">[N]
		: never;

type SchemaOf<E, K extends string> = E extends { readonly [Key in K]: infer S }
	? S
	: undefined;

/** What a caller passes. */
export type ParamsOf<C extends Contract, N> =
	SchemaOf<Entry<C, N>, "params"> extends infer S extends StandardSchemaV1
		? InputOf<S>
		: object | undefined;

/** What a handler gets. */
export type CheckedParams<C extends Contract, N> =
	SchemaOf<Entry<C, N>, "params"> extends infer S extends StandardSchemaV1
		? OutputOf<S>
		: object | undefined;

/** What a handler returns: nothing, where the result may be null. */
export type ResultOf<C extends Contract, N> =
	N extends MethodName<C>
		? SchemaOf<Entry<C, N>, "result"> extends infer S extends StandardSchemaV1
			? // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is a handler
				InputOf<S> | (null extends InputOf<S> ? void : never)
			: unknown
		: unknown;

/** What a call resolves with. */
export type CheckedResult<C extends Contract, N> =
	SchemaOf<Entry<C, N>, "result"> extends infer S extends StandardSchemaV1
		? OutputOf<S>
		: unknown;
