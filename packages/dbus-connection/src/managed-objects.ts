import type { Variant } from "@framewright/dbus-marshal";
import type { Connection } from "./connection.ts";
import { Follower } from "./follower.ts";
import type { ObjectReference } from "./proxy.ts";
import type { SignalMessage } from "./signals.ts";
import {
	objectManagerInterface,
	propertiesInterface,
} from "./standard-interfaces.ts";
import type { SubscribeOptions, Subscription } from "./subscription.ts";

/** The interfaces of an object, and their properties. */
export type ManagedObject = ReadonlyMap<string, ReadonlyMap<string, Variant>>;

/** What has happened to a managed object; `objects` has it already. */
export type ManagedChange =
	| {
			readonly kind: "added" | "removed";
			readonly path: string;
			readonly interfaces: readonly string[];
	  }
	| {
			readonly kind: "changed";
			readonly path: string;
			readonly interface: string;
			/** The properties that changed, or were invalidated. */
			readonly properties: readonly string[];
	  }
	/** All was asked for anew, since another owner has taken over; or it is gone, and there are none. */
	| { readonly kind: "replaced" };

/** How to follow managed objects. */
export type ManagedObjectsOptions = SubscribeOptions;

/**
 * The objects below an ObjectManager, as it has told of them last. A property that was invalidated is left out.
 *
 * What is there at first, and all changes, are taken in the order in which they were sent.
 */
export interface ManagedObjects {
	/** What is known now, by path. */
	readonly objects: ReadonlyMap<string, ManagedObject>;
	readonly changes: Subscription<ManagedChange>;
	/** Stops following. Idempotent. */
	close(): void;
}

type Objects = Map<string, Map<string, Map<string, Variant>>>;

const { signals } = objectManagerInterface;

/** Follows an ObjectManager of somebody else's. */
export class FollowedObjects implements ManagedObjects {
	objects: Objects = new Map();
	readonly changes: Subscription<ManagedChange>;
	readonly #follower: Follower<ManagedChange>;

	private constructor(
		connection: Connection,
		{ destination, path }: ObjectReference,
		options: ManagedObjectsOptions | undefined,
	) {
		const sender = destination;
		this.#follower = new Follower(connection, destination, options, {
			rules: [
				{ sender, path, interface: objectManagerInterface.name },
				{
					sender,
					pathNamespace: path,
					interface: propertiesInterface.name,
					member: "PropertiesChanged",
				},
			],
			call: {
				destination,
				path,
				interface: objectManagerInterface.name,
				member: "GetManagedObjects",
				reply: objectManagerInterface.methods.GetManagedObjects.out,
			},
			onReply: ({ body }) => this.#replace(body[0] as Objects),
			onSignal: (message) => this.#change(message),
			onLost: () => this.#replace(new Map()),
		});
		this.changes = this.#follower.changes;
	}

	static async open(
		connection: Connection,
		object: ObjectReference,
		options: ManagedObjectsOptions | undefined,
	): Promise<FollowedObjects> {
		const followed = new FollowedObjects(connection, object, options);
		await followed.#follower.ready;
		return followed;
	}

	close(): void {
		this.#follower.close();
	}

	#replace(objects: Objects): ManagedChange {
		this.objects = objects;
		return { kind: "replaced" };
	}

	#change({
		member,
		signature,
		path,
		body,
	}: SignalMessage): ManagedChange | undefined {
		if (
			member === "InterfacesAdded" &&
			signature === signals.InterfacesAdded.args
		)
			return this.#add(
				...(body as [string, Map<string, Map<string, Variant>>]),
			);
		if (
			member === "InterfacesRemoved" &&
			signature === signals.InterfacesRemoved.args
		)
			return this.#remove(...(body as [string, string[]]));
		if (
			member === "PropertiesChanged" &&
			signature === propertiesInterface.signals.PropertiesChanged.args
		)
			return this.#changeProperties(
				path,
				...(body as [string, Map<string, Variant>, string[]]),
			);
		return undefined;
	}

	#add(path: string, added: Map<string, Map<string, Variant>>): ManagedChange {
		const object = this.objects.get(path) ?? new Map();
		for (const [name, properties] of added) object.set(name, properties);
		this.objects.set(path, object);
		return { kind: "added", path, interfaces: [...added.keys()] };
	}

	#remove(path: string, interfaces: string[]): ManagedChange | undefined {
		const object = this.objects.get(path);
		if (object === undefined) return undefined;
		const removed = interfaces.filter((name) => object.delete(name));
		if (object.size === 0) this.objects.delete(path);
		return removed.length === 0
			? undefined
			: { kind: "removed", path, interfaces: removed };
	}

	#changeProperties(
		path: string,
		of: string,
		changed: Map<string, Variant>,
		invalidated: string[],
	): ManagedChange | undefined {
		const properties = this.objects.get(path)?.get(of);
		if (properties === undefined) return undefined;
		for (const [name, value] of changed) properties.set(name, value);
		for (const name of invalidated) properties.delete(name);
		return {
			kind: "changed",
			path,
			interface: of,
			properties: [...changed.keys(), ...invalidated],
		};
	}
}
