// What an interface's description means to the compiler.

import type {
	BodyInputOf,
	BodyOf,
	DictForm,
	InputOf,
	ValueOf,
} from "@framewright/dbus-marshal";
import type {
	InterfaceDescription,
	MethodDescription,
	PropertyDescription,
	SignalDescription,
} from "./description.ts";

/** The literal in a field, or the empty signature where there is no such field. */
type Signature<Description, Field extends string> = Description extends {
	readonly [F in Field]: infer S extends string;
}
	? S
	: "";

/** No value: `undefined`. One: it. Several: a tuple. */
type Unwrapped<Body extends readonly unknown[]> = number extends Body["length"]
	? unknown
	: Body extends readonly []
		? undefined
		: Body extends readonly [infer Value]
			? Value
			: Body;

/** What the caller of a method passes: `MethodInput<{ in: "ts" }>` is `readonly [bigint, string]`. */
export type MethodInput<M extends MethodDescription> = BodyInputOf<
	Signature<M, "in">
>;

/** What the handler of a method is given: `MethodArguments<{ in: "ts" }>` is `[bigint, string]`. */
export type MethodArguments<
	M extends MethodDescription,
	D extends DictForm = "map",
> = BodyOf<Signature<M, "in">, D>;

/**
 * What a call results in: `undefined` where nothing comes out, one value as it is, several as a tuple. `{ out: "u" }` gives a
 * `number`, `{ out: "su" }` a `[string, number]`, and so does `{ out: "(su)" }`.
 */
export type MethodResult<
	M extends MethodDescription,
	D extends DictForm = "map",
> = Unwrapped<BodyOf<Signature<M, "out">, D>>;

/** What the handler of a method returns: every `MethodResult<M>`, and what is as good, such as read-only arrays. */
export type MethodOutput<M extends MethodDescription> = Unwrapped<
	BodyInputOf<Signature<M, "out">>
>;

/** What a signal brings: always a tuple. `SignalArguments<{ args: "u" }>` is `[number]`. */
export type SignalArguments<
	S extends SignalDescription,
	D extends DictForm = "map",
> = BodyOf<Signature<S, "args">, D>;

/** What is emitted with a signal. */
export type SignalInput<S extends SignalDescription> = BodyInputOf<
	Signature<S, "args">
>;

/** What a property holds. */
export type PropertyValue<
	P extends PropertyDescription,
	D extends DictForm = "map",
> = ValueOf<P["type"], D>;

/** What a property is set to. */
export type PropertyInput<P extends PropertyDescription> = InputOf<P["type"]>;

type Members<
	I extends InterfaceDescription,
	Kind extends "methods" | "signals" | "properties",
> = Kind extends keyof I ? NonNullable<I[Kind]> : Record<never, never>;

/** The methods of an interface, by their names. */
export type MethodsOf<I extends InterfaceDescription> = Members<I, "methods">;

/** The signals of an interface, by their names. */
export type SignalsOf<I extends InterfaceDescription> = Members<I, "signals">;

/** The properties of an interface, by their names. */
export type PropertiesOf<I extends InterfaceDescription> = Members<
	I,
	"properties"
>;

/** The properties that can be read, by their names, with what they hold. */
export type ReadableProperties<
	I extends InterfaceDescription,
	D extends DictForm = "map",
> = {
	readonly [Name in keyof PropertiesOf<I> as PropertiesOf<I>[Name] extends {
		readonly access: "write";
	}
		? never
		: Name]: PropertiesOf<I>[Name] extends infer P extends PropertyDescription
		? PropertyValue<P, D>
		: never;
};

/** The properties that can be written, by their names, with what they are set to. */
export type WritableProperties<I extends InterfaceDescription> = {
	-readonly [Name in keyof PropertiesOf<I> as PropertiesOf<I>[Name] extends {
		readonly access: "read";
	}
		? never
		: Name]: PropertiesOf<I>[Name] extends infer P extends PropertyDescription
		? PropertyInput<P>
		: never;
};
