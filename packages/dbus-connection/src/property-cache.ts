import type {
	InterfaceDescription,
	ReadableProperties,
} from "@framewright/dbus-introspection";
import type { Variant } from "@framewright/dbus-marshal";
import type { Reply } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { Follower } from "./follower.ts";
import { known, type ObjectReference } from "./proxy.ts";
import { propertiesInterface } from "./standard-interfaces.ts";
import type { SubscribeOptions, Subscription } from "./subscription.ts";

/**
 * The properties of an object, as it has told of them last.
 *
 * What is there at first, and all changes, are taken in the order in which the object has sent them. When the name of the
 * object's owner changes hands, all is asked for again. Properties that never tell of their changes are as they were at first.
 */
export interface PropertyCache<
	I extends InterfaceDescription = InterfaceDescription,
> {
	/** What is known now. A property that was invalidated is left out, and so is one of another type than the description says. */
	readonly values: Readonly<Partial<ReadableProperties<I>>>;
	/** Tells the names of the properties that changed, or were invalidated. The cache knows of it already. */
	readonly changes: Subscription<
		readonly (keyof ReadableProperties<I> & string)[]
	>;
	/** Stops following. Idempotent. */
	close(): void;
}

type Values = Record<string, unknown>;

/** A property cache without its types. */
export class CachedProperties {
	values: Values = Object.create(null);
	readonly changes: Subscription<readonly string[]>;
	readonly #description: InterfaceDescription;
	readonly #follower: Follower<readonly string[]>;

	private constructor(
		connection: Connection,
		description: InterfaceDescription,
		{ destination, path }: ObjectReference,
		options: SubscribeOptions | undefined,
	) {
		this.#description = description;
		this.#follower = new Follower(connection, destination, options, {
			rules: [
				{
					sender: destination,
					path,
					interface: propertiesInterface.name,
					member: "PropertiesChanged",
					args: { 0: description.name },
				},
			],
			call: {
				destination,
				path,
				interface: propertiesInterface.name,
				member: "GetAll",
				signature: "s",
				body: [description.name],
				reply: "a{sv}",
			},
			onReply: (reply) => this.#replace(reply),
			onSignal: ({ signature, body }) =>
				signature === propertiesInterface.signals.PropertiesChanged.args
					? this.#change(
							body[1] as Map<string, Variant>,
							body[2] as readonly string[],
						)
					: undefined,
			onLost: () => this.#replaceAll(Object.create(null)),
		});
		this.changes = this.#follower.changes;
	}

	static async open(
		connection: Connection,
		description: InterfaceDescription,
		object: ObjectReference,
		options: SubscribeOptions | undefined,
	): Promise<CachedProperties> {
		const cache = new CachedProperties(
			connection,
			description,
			object,
			options,
		);
		await cache.#follower.ready;
		return cache;
	}

	close(): void {
		this.#follower.close();
	}

	#replace({ body }: Reply): readonly string[] {
		return this.#replaceAll(
			known(this.#description, body[0] as Map<string, Variant>),
		);
	}

	#replaceAll(values: Values): readonly string[] {
		const names = [
			...new Set([...Object.keys(this.values), ...Object.keys(values)]),
		];
		this.values = values;
		return names;
	}

	#change(
		changed: Map<string, Variant>,
		invalidated: readonly string[],
	): readonly string[] {
		const { properties = {} } = this.#description;
		const values: Values = Object.assign(Object.create(null), this.values);
		const told = [...changed.keys(), ...invalidated].filter((name) =>
			Object.hasOwn(properties, name),
		);
		// Of a value of another type, only that the old one is over is known.
		for (const name of told) delete values[name];
		Object.assign(values, known(this.#description, changed));
		for (const name of invalidated) delete values[name];
		this.values = values;
		return told;
	}
}
