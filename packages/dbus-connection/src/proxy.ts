import type {
	InterfaceDescription,
	MethodDescription,
	MethodInput,
	MethodResult,
	MethodsOf,
	ReadableProperties,
	SignalArguments,
	SignalDescription,
	SignalsOf,
	WritableProperties,
} from "@framewright/dbus-introspection";
import { Variant } from "@framewright/dbus-marshal";
import type { CallOptions } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { ConnectionError } from "./errors.ts";
import { CachedProperties, type PropertyCache } from "./property-cache.ts";
import { propertiesInterface } from "./standard-interfaces.ts";
import type { SubscribeOptions, Subscription } from "./subscription.ts";

/** An object of somebody. */
export interface ObjectReference {
	/** Whose it is. Left out between two peers. */
	readonly destination?: string | undefined;
	readonly path: string;
}

/** Arguments, which may be left out where there are none, and options. */
type WithArguments<Args extends readonly unknown[]> = Args extends readonly []
	? [args?: Args, options?: CallOptions]
	: [args: Args, options?: CallOptions];

/**
 * An interface of an object of somebody else, typed by its description.
 *
 *     const clock = connection.proxy(Clock, { destination: "com.example.Clock", path: "/com/example/Clock" });
 *     const id = await clock.call("SetAlarm", [time, "Wake up"]);
 *     const zone = await clock.get("Zone");
 *     for await (const [id] of await clock.subscribe("Rang")) ...
 */
export interface ObjectProxy<
	I extends InterfaceDescription = InterfaceDescription,
> extends ObjectReference {
	readonly description: I;
	/**
	 * Calls a method, as `DBusConnection.call` does; results in nothing, in one value, or in a tuple of several. The reply must be
	 * of the signature that the description says. A method described as `noReply` is not waited for.
	 */
	call<Name extends keyof MethodsOf<I> & string>(
		name: Name,
		...rest: WithArguments<MethodInput<MethodsOf<I>[Name] & MethodDescription>>
	): Promise<MethodResult<MethodsOf<I>[Name] & MethodDescription>>;
	/** Reads a property. */
	get<Name extends keyof ReadableProperties<I> & string>(
		name: Name,
		options?: CallOptions,
	): Promise<ReadableProperties<I>[Name]>;
	/** Writes a property. */
	set<Name extends keyof WritableProperties<I> & string>(
		name: Name,
		value: WritableProperties<I>[Name],
		options?: CallOptions,
	): Promise<void>;
	/** Reads all properties that the object has and the description knows. */
	getAll(options?: CallOptions): Promise<Partial<ReadableProperties<I>>>;
	/** Receives the arguments of a signal; the same as `DBusConnection.subscribe` for this object. */
	subscribe<Name extends keyof SignalsOf<I> & string>(
		name: Name,
		options?: SubscribeOptions,
	): Promise<
		Subscription<SignalArguments<SignalsOf<I>[Name] & SignalDescription>>
	>;
	/** Reads all properties, and follows them from then on. */
	cacheProperties(options?: SubscribeOptions): Promise<PropertyCache<I>>;
}

/** What a proxy is without its types. */
export class UntypedProxy {
	readonly description: InterfaceDescription;
	readonly destination: string | undefined;
	readonly path: string;
	readonly #connection: Connection;

	constructor(
		connection: Connection,
		description: InterfaceDescription,
		{ destination, path }: ObjectReference,
	) {
		this.#connection = connection;
		this.description = description;
		this.destination = destination;
		this.path = path;
	}

	async call(
		name: string,
		body: readonly unknown[] = [],
		options?: CallOptions,
	): Promise<unknown> {
		const method = this.#described("methods", name);
		const { in: signature = "", out = "", noReply = false } = method;
		const init = {
			destination: this.destination,
			path: this.path,
			interface: this.description.name,
			member: name,
			signature,
			body,
		};
		if (noReply) return this.#connection.callWithoutReply(init, options);
		const reply = await this.#connection.call({ ...init, reply: out }, options);
		return reply.body.length > 1 ? reply.body : reply.body[0];
	}

	async get(name: string, options?: CallOptions): Promise<unknown> {
		const { type } = this.#described("properties", name);
		const [value] = await this.#properties("Get", [name], "v", options);
		if (value instanceof Variant && value.is(type)) return value.value;
		const found = (value as Variant).signature;
		throw new ConnectionError(
			"unexpected-reply",
			`The property ${this.description.name}.${name} is of type "${found}", not "${type}"`,
		);
	}

	async set(
		name: string,
		value: unknown,
		options?: CallOptions,
	): Promise<void> {
		const { type } = this.#described("properties", name);
		const typed = new Variant<string, unknown>(type, value);
		await this.#properties("Set", [name, typed], "", options);
	}

	async getAll(options?: CallOptions): Promise<Record<string, unknown>> {
		const [all] = await this.#properties("GetAll", [], "a{sv}", options);
		return known(this.description, all as Map<string, Variant>);
	}

	subscribe(
		name: string,
		options?: SubscribeOptions,
	): Promise<Subscription<unknown>> {
		const { args = "" } = this.#described("signals", name);
		return this.#connection.subscribeAs(
			{
				sender: this.destination,
				path: this.path,
				interface: this.description.name,
				member: name,
			},
			{ ...options, signature: args },
			({ body }) => body,
		);
	}

	cacheProperties(options?: SubscribeOptions): Promise<CachedProperties> {
		return CachedProperties.open(
			this.#connection,
			this.description,
			this,
			options,
		);
	}

	#described<Kind extends "methods" | "signals" | "properties">(
		kind: Kind,
		name: string,
	): NonNullable<InterfaceDescription[Kind]>[string] {
		const members: { readonly [name: string]: unknown } =
			this.description[kind] ?? {};
		if (Object.hasOwn(members, name))
			return members[name] as NonNullable<InterfaceDescription[Kind]>[string];
		throw new RangeError(
			`${this.description.name} describes no ${name} among its ${kind}`,
		);
	}

	async #properties(
		member: keyof typeof propertiesInterface.methods,
		args: readonly unknown[],
		reply: string,
		options: CallOptions | undefined,
	): Promise<unknown[]> {
		const { body } = await this.#connection.call(
			{
				destination: this.destination,
				path: this.path,
				interface: propertiesInterface.name,
				member,
				signature: `s${"ssv".slice(1, 1 + args.length)}`,
				body: [this.description.name, ...args],
				reply,
			},
			options,
		);
		return body;
	}
}

/** The properties of a description that are there, of the types that it says. */
export function known(
	{ properties = {} }: InterfaceDescription,
	found: ReadonlyMap<string, Variant>,
): Record<string, unknown> {
	const values: Record<string, unknown> = Object.create(null);
	for (const [name, value] of found)
		if (
			Object.hasOwn(properties, name) &&
			value.is(properties[name]?.type ?? "")
		)
			values[name] = value.value;
	return values;
}
