import type {
	InterfaceDescription,
	MethodArguments,
	MethodDescription,
	MethodOutput,
	MethodsOf,
	PropertiesOf,
	PropertyDescription,
	PropertyInput,
	PropertyValue,
	SignalDescription,
	SignalInput,
	SignalsOf,
} from "@framewright/dbus-introspection";
import type { IncomingCall } from "./incoming-call.ts";

/** Runs a method: what it returns is the reply, what it throws the error. */
export type MethodHandler<M extends MethodDescription> = (
	...args: [...MethodArguments<M>, call: IncomingCall]
) => OutputOf<M> | Promise<OutputOf<M>>;

/** A handler of a method without results may return whatever it likes, which is nothing to the caller. */
type OutputOf<M extends MethodDescription> =
	undefined extends MethodOutput<M>
		? unknown extends MethodOutput<M>
			? unknown
			: // biome-ignore lint/suspicious/noConfusingVoidType: what a function without a result returns.
				void | undefined
		: MethodOutput<M>;

/** Reads and writes a property, as its access says. Either may take its time. */
export type PropertyHandler<P extends PropertyDescription> = (P extends {
	readonly access: "write";
}
	? unknown
	: { get(): PropertyInput<P> | Promise<PropertyInput<P>> }) &
	(P extends { readonly access: "read" }
		? unknown
		: {
				set(value: PropertyValue<P>, call: IncomingCall): void | Promise<void>;
			});

type MethodHandlers<I extends InterfaceDescription> = {
	[Name in keyof MethodsOf<I>]: MethodHandler<
		MethodsOf<I>[Name] & MethodDescription
	>;
};

type PropertyHandlers<I extends InterfaceDescription> = {
	[Name in keyof PropertiesOf<I>]: PropertyHandler<
		PropertiesOf<I>[Name] & PropertyDescription
	>;
};

/** What is behind an interface: a handler for each method and each property that it describes. */
export type Implementation<I extends InterfaceDescription> =
	(keyof MethodsOf<I> extends never
		? { readonly methods?: Record<string, never> }
		: { readonly methods: MethodHandlers<I> }) &
		(keyof PropertiesOf<I> extends never
			? { readonly properties?: Record<string, never> }
			: { readonly properties: PropertyHandlers<I> });

/** An interface of an object of ours, for as long as it is there. */
export interface ExportedInterface<
	I extends InterfaceDescription = InterfaceDescription,
> {
	readonly path: string;
	readonly description: I;
	/** Sends a signal. Resolves when there is room for more. */
	emit<Name extends keyof SignalsOf<I> & string>(
		name: Name,
		...args: SignalInput<SignalsOf<I>[Name] & SignalDescription>
	): Promise<void>;
	/**
	 * Tells all that properties have changed, as their descriptions want it: with the value as it is now, or without. Those that
	 * never tell are left out. `Set` calls this by itself.
	 */
	changed(...names: readonly (keyof PropertiesOf<I> & string)[]): Promise<void>;
	/** Takes it from the object; calls that run are still answered. Idempotent. */
	unexport(): void;
}
