import {
	formatIntrospection,
	type InterfaceDescription,
} from "@framewright/dbus-introspection";
import type { Variant } from "@framewright/dbus-marshal";
import type { MethodCall } from "@framewright/dbus-message";
import { DBusError, errorNames } from "./errors.ts";
import {
	Exported,
	type Method,
	type Properties,
	whenThere,
} from "./exported.ts";
import type { Implementation } from "./implementation.ts";
import type { IncomingCall } from "./incoming-call.ts";
import type { Unnumbered } from "./line.ts";
import { type ObjectNode, ObjectTree } from "./object-tree.ts";
import type { Settings } from "./options.ts";
import { isObjectPath } from "./paths.ts";
import {
	introspectableInterface,
	objectManagerInterface,
	peerInterface,
	propertiesInterface,
} from "./standard-interfaces.ts";

type InterfacesAndProperties = Map<string, Properties>;

/** A method that was called, and the name of its interface. */
export interface Found {
	readonly method: Method;
	readonly interface: string;
}

/** What of ours can be called: the objects that were exported, and what every object offers. */
export class Objects {
	readonly #settings: Settings;
	readonly #send: (signal: Unnumbered) => Promise<void>;
	readonly #tree: ObjectTree = new ObjectTree();
	readonly #peer: Exported;
	readonly #introspectable: Exported;
	readonly #properties: Exported;
	readonly #objectManager: Exported;

	constructor(settings: Settings, send: (signal: Unnumbered) => Promise<void>) {
		this.#settings = settings;
		this.#send = send;
		this.#peer = standard(peerInterface, {
			methods: { Ping: () => {}, GetMachineId: () => this.#machineId() },
		});
		this.#introspectable = standard(introspectableInterface, {
			methods: { Introspect: (call) => this.#introspect(this.#at(call)) },
		});
		this.#properties = standard(propertiesInterface, {
			methods: {
				Get: (of, name, call) =>
					this.#holder(call, of, name).get(name) as Variant,
				GetAll: (of, call) => this.#getAll(this.#at(call), of) as never,
				Set: (of, name, value, call) =>
					this.#holder(call, of, name).set(name, value, call, (error) =>
						this.#fault(error),
					) as undefined,
			},
		});
		this.#objectManager = standard(objectManagerInterface, {
			methods: {
				GetManagedObjects: (call) => this.#managed(this.#at(call)) as never,
			},
		});
	}

	/** Adds an interface to an object. Throws an `Error` if it is there already. */
	export(
		path: string,
		description: InterfaceDescription,
		implementation: object,
	): Exported {
		checkPath("export()", path);
		if (this.#isStandard(description.name))
			throw new RangeError(
				`export(): ${description.name} is answered for every object`,
			);
		const exported = new Exported(
			path,
			description,
			implementation,
			this.#send,
			() => this.#remove(exported),
		);
		const node = this.#tree.make(path);
		if (node.interfaces.has(description.name))
			throw new Error(`export(): ${path} has ${description.name} already`);
		node.interfaces.set(description.name, exported);
		this.#tell(node, exported);
		return exported;
	}

	/** Makes an object tell which objects are below it. Returns what ends that. */
	exportManager(path: string): () => void {
		checkPath("exportObjectManager()", path);
		const node = this.#tree.make(path);
		if (node.isManager)
			throw new Error(`exportObjectManager(): ${path} is one already`);
		node.isManager = true;
		return () => {
			node.isManager = false;
			this.#tree.prune(path);
		};
	}

	/** Finds what a call calls. Throws the `DBusError` that answers a call of nothing. */
	find({ path, interface: of, member, signature }: MethodCall): Found {
		const node = this.#tree.find(path);
		const found = this.#search(node, of, member);
		if (found === undefined) throw this.#nothing(node, path, of, member);
		if (found.method.in !== signature)
			throw new DBusError(
				errorNames.invalidArgs,
				`${found.interface}.${member} takes "${found.method.in}", not "${signature}"`,
			);
		return found;
	}

	#search(
		node: ObjectNode | undefined,
		of: string | undefined,
		member: string,
	): Found | undefined {
		if (of !== undefined) {
			const method = this.#interface(node, of)?.methods.get(member);
			return method && { method, interface: of };
		}
		// "Method Calls" leaves open which one is called, where several objects' interfaces have one of that name.
		for (const { description, methods } of this.#interfaces(node)) {
			const method = methods.get(member);
			if (method !== undefined) return { method, interface: description.name };
		}
		return undefined;
	}

	#nothing(
		node: ObjectNode | undefined,
		path: string,
		of: string | undefined,
		member: string,
	): DBusError {
		if (node === undefined && of !== peerInterface.name)
			return new DBusError(
				errorNames.unknownObject,
				`There is no object ${path}`,
			);
		return of !== undefined && this.#interface(node, of) === undefined
			? new DBusError(
					errorNames.unknownInterface,
					`Object ${path} has no interface ${of}`,
				)
			: new DBusError(
					errorNames.unknownMethod,
					`${of ?? `Object ${path}`} has no method ${member}`,
				);
	}

	#interface(node: ObjectNode | undefined, name: string): Exported | undefined {
		return (
			node?.interfaces.get(name) ??
			this.#standards(node).find(({ description }) => description.name === name)
		);
	}

	#interfaces(node: ObjectNode | undefined): Exported[] {
		return [...(node?.interfaces.values() ?? []), ...this.#standards(node)];
	}

	#standards(node: ObjectNode | undefined): Exported[] {
		// libdbus answers a ping to whatever path it is sent.
		if (node === undefined) return [this.#peer];
		const standards = [this.#peer, this.#introspectable];
		if (node.isObject) standards.push(this.#properties);
		if (node.isManager) standards.push(this.#objectManager);
		return standards;
	}

	#isStandard(name: string): boolean {
		return [
			this.#peer,
			this.#introspectable,
			this.#properties,
			this.#objectManager,
		].some(({ description }) => description.name === name);
	}

	/** The object that is called. Handlers run at once: it is there. */
	#at({ path }: IncomingCall): ObjectNode {
		return this.#tree.make(path);
	}

	#machineId(): string {
		const { machineId } = this.#settings;
		if (machineId === undefined)
			throw new DBusError(
				errorNames.notSupported,
				"The id of this machine is not known",
			);
		return machineId;
	}

	#introspect(node: ObjectNode): string {
		return formatIntrospection(
			{
				interfaces: this.#interfaces(node).map(
					({ description }) => description,
				),
				nodes: [...node.children.keys()].map((name) => ({
					name,
					interfaces: [],
					nodes: [],
				})),
			},
			// What is our own may be as long as a message.
			{ maxLength: 128 * 1024 * 1024 },
		);
	}

	/** The interface whose property is meant; an empty name means any that has one of this name ("Properties"). */
	#holder(call: IncomingCall, of: string, name: string): Exported {
		const node = this.#at(call);
		const found =
			of === ""
				? this.#interfaces(node).find((each) => each.has(name))
				: this.#interface(node, of);
		if (found !== undefined) return found;
		throw of === ""
			? new DBusError(
					errorNames.unknownProperty,
					`Object ${call.path} has no property ${JSON.stringify(name)}`,
				)
			: unknownInterface(call.path, of);
	}

	#getAll(node: ObjectNode, of: string): Properties | Promise<Properties> {
		if (of !== "") {
			const found = this.#interface(node, of);
			if (found === undefined) throw unknownInterface(node.path, of);
			return found.getAll();
		}
		const all = this.#interfaces(node).map((each) => each.getAll());
		return allOf(all, (all) => {
			const merged: Properties = new Map();
			// As with `Get`, the first interface that has one counts.
			for (const properties of all)
				for (const [name, value] of properties)
					if (!merged.has(name)) merged.set(name, value);
			return merged;
		});
	}

	#managed(
		manager: ObjectNode,
	):
		| Map<string, InterfacesAndProperties>
		| Promise<Map<string, InterfacesAndProperties>> {
		const nodes = [...manager.below()];
		return allOf(
			nodes.map((node) => this.#describe([...node.interfaces.values()])),
			(described) =>
				new Map(nodes.map((node, i) => [node.path, described[i] ?? new Map()])),
		);
	}

	#describe(
		interfaces: readonly Exported[],
	): InterfacesAndProperties | Promise<InterfacesAndProperties> {
		return allOf(
			interfaces.map((each) => each.getAll()),
			(all) =>
				new Map(
					interfaces.map(({ description }, i) => [
						description.name,
						all[i] ?? new Map(),
					]),
				),
		);
	}

	/** Sends InterfacesAdded, if somebody manages the object. */
	#tell(node: ObjectNode, exported: Exported): void {
		const { manager } = node;
		if (manager === undefined) return;
		const { name } = exported.description;
		try {
			const told = whenThere(this.#describe([exported]), (interfaces) => {
				// It may be gone by now, and nobody has heard of it.
				if (node.interfaces.get(name) !== exported) return undefined;
				return this.#signal(manager.path, "InterfacesAdded", [
					node.path,
					interfaces,
				]);
			});
			Promise.resolve(told).catch((error: unknown) => this.#fault(error));
		} catch (error) {
			this.#fault(error);
		}
	}

	#remove(exported: Exported): void {
		const { path, description } = exported;
		const node = this.#tree.find(path);
		if (node?.interfaces.get(description.name) !== exported) return;
		node.interfaces.delete(description.name);
		const { manager } = node;
		this.#tree.prune(path);
		if (manager !== undefined)
			this.#signal(manager.path, "InterfacesRemoved", [
				path,
				[description.name],
			]).catch((error: unknown) => this.#fault(error));
	}

	#signal(
		path: string,
		member: keyof typeof objectManagerInterface.signals,
		body: readonly unknown[],
	): Promise<void> {
		return this.#send({
			type: "signal",
			path,
			interface: objectManagerInterface.name,
			member,
			signature: objectManagerInterface.signals[member].args,
			body,
		});
	}

	#fault(error: unknown): void {
		this.#settings.onFault({ kind: "failed", call: undefined, error });
	}
}

function standard<const I extends InterfaceDescription>(
	description: I,
	implementation: Implementation<I>,
): Exported {
	return new Exported(
		"/",
		description,
		implementation as object,
		() => Promise.resolve(),
		() => {},
	);
}

function unknownInterface(path: string, of: string): DBusError {
	return new DBusError(
		errorNames.unknownInterface,
		`Object ${path} has no interface ${JSON.stringify(of)}`,
	);
}

/** Goes on with all values, at once if all are there. */
function allOf<T, R>(
	values: readonly (T | Promise<T>)[],
	goOn: (values: readonly T[]) => R,
): R | Promise<R> {
	return values.some((value) => value instanceof Promise)
		? Promise.all(values).then(goOn)
		: goOn(values as readonly T[]);
}

/** Throws a `RangeError` for what is no object path. */
function checkPath(where: string, path: string): void {
	if (!isObjectPath(path))
		throw new RangeError(
			`${where}: ${JSON.stringify(path)} is not an object path`,
		);
}
