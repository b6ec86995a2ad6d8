import {
	checkInterface,
	type EmitsChangedSignal,
	type InterfaceDescription,
	type PropertyDescription,
} from "@framewright/dbus-introspection";
import { marshal, parseSignature, Variant } from "@framewright/dbus-marshal";
import { DBusError, errorNames } from "./errors.ts";
import type { ExportedInterface } from "./implementation.ts";
import type { IncomingCall } from "./incoming-call.ts";
import type { Unnumbered } from "./line.ts";
import { propertiesInterface } from "./standard-interfaces.ts";

/** A method that can be run. */
export interface Method {
	readonly in: string;
	readonly out: string;
	/** How many values the reply has. */
	readonly results: number;
	readonly run: (...args: unknown[]) => unknown;
}

interface Property {
	readonly description: PropertyDescription;
	readonly emits: EmitsChangedSignal;
	readonly get: (() => unknown) | undefined;
	readonly set: ((value: unknown, call: IncomingCall) => unknown) | undefined;
}

interface AnyImplementation {
	readonly methods?: { readonly [name: string]: unknown } | undefined;
	readonly properties?: { readonly [name: string]: unknown } | undefined;
}

export type Properties = Map<string, Variant<string, unknown>>;

/** An interface of an object: what it describes, bound to what implements it. */
export class Exported implements ExportedInterface {
	readonly path: string;
	readonly description: InterfaceDescription;
	readonly methods: ReadonlyMap<string, Method>;
	readonly #properties: ReadonlyMap<string, Property>;
	readonly #send: (signal: Unnumbered) => Promise<void>;
	readonly #remove: () => void;

	/** Throws for a description that is none, and for an implementation that is not of it. */
	constructor(
		path: string,
		description: InterfaceDescription,
		implementation: AnyImplementation,
		send: (signal: Unnumbered) => Promise<void>,
		remove: () => void,
	) {
		checkInterface(description);
		this.path = path;
		this.description = description;
		this.methods = methodsOf(description, implementation);
		this.#properties = propertiesOf(description, implementation);
		this.#send = send;
		this.#remove = remove;
	}

	unexport(): void {
		this.#remove();
	}

	emit(name: string, ...args: readonly unknown[]): Promise<void> {
		const { signals = {}, name: of } = this.description;
		if (!Object.hasOwn(signals, name))
			return Promise.reject(new RangeError(`${of} has no signal ${name}`));
		return this.#send({
			type: "signal",
			path: this.path,
			interface: of,
			member: name,
			signature: signals[name]?.args ?? "",
			body: args,
		});
	}

	async changed(...names: readonly string[]): Promise<void> {
		const { name: of } = this.description;
		const changed: Properties = new Map();
		const invalidated: string[] = [];
		const values: Promise<unknown>[] = [];
		for (const name of names) {
			const property = this.#properties.get(name);
			if (property === undefined)
				throw new RangeError(`${of} has no property ${name}`);
			const { emits, description, get } = property;
			if (emits === "invalidates") invalidated.push(name);
			else if (emits === "true" && get !== undefined) {
				const set = (value: unknown): void => {
					changed.set(name, new Variant(description.type, value));
				};
				const value = get();
				// What is known at once goes out at once: in the order of the changes.
				if (isThenable(value)) values.push(Promise.resolve(value).then(set));
				else set(value);
			}
		}
		if (values.length > 0) await Promise.all(values);
		if (changed.size === 0 && invalidated.length === 0) return;
		await this.#send({
			type: "signal",
			path: this.path,
			interface: propertiesInterface.name,
			member: "PropertiesChanged",
			signature: propertiesInterface.signals.PropertiesChanged.args,
			body: [of, changed, invalidated],
		});
	}

	has(property: string): boolean {
		return this.#properties.has(property);
	}

	/** Reads a property. Throws a `DBusError` where that is not for the caller. */
	get(name: string): unknown {
		const { get, description } = this.#property(name);
		if (get === undefined)
			throw new DBusError(
				errorNames.accessDenied,
				`Property ${name} is not readable`,
			);
		return whenThere(get(), (value) => new Variant(description.type, value));
	}

	/** Reads all properties that can be read. */
	getAll(): Properties | Promise<Properties> {
		const all: Properties = new Map();
		const waiting: Promise<unknown>[] = [];
		for (const [name, { get, description }] of this.#properties) {
			const value = get?.();
			if (get === undefined) continue;
			// Keeps its place while its value comes.
			all.set(name, new Variant(description.type, value));
			if (isThenable(value))
				waiting.push(
					Promise.resolve(value).then((value) => {
						all.set(name, new Variant(description.type, value));
					}),
				);
		}
		return waiting.length === 0 ? all : Promise.all(waiting).then(() => all);
	}

	/** Writes a property, and tells of it. Throws a `DBusError` where that is not for the caller. */
	set(
		name: string,
		{ signature, value }: Variant<string, unknown>,
		call: IncomingCall,
		onFault: (error: unknown) => void,
	): unknown {
		const { set, description } = this.#property(name);
		if (set === undefined)
			throw new DBusError(
				errorNames.propertyReadOnly,
				`Property ${name} is not writable`,
			);
		if (signature !== description.type)
			throw new DBusError(
				errorNames.invalidArgs,
				`Property ${name} is of type ${description.type}, not ${signature}`,
			);
		return whenThere(set(value, call), () => {
			// The answer does not wait for it.
			this.changed(name).catch(onFault);
		});
	}

	#property(name: string): Property {
		const property = this.#properties.get(name);
		if (property === undefined)
			throw new DBusError(
				errorNames.unknownProperty,
				`${this.description.name} has no property ${JSON.stringify(name)}`,
			);
		return property;
	}
}

function methodsOf(
	{ name: of, methods = {} }: InterfaceDescription,
	{ methods: handlers = {} }: AnyImplementation,
): Map<string, Method> {
	const found = new Map<string, Method>();
	for (const [name, method] of Object.entries(methods)) {
		const run = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
		if (typeof run !== "function")
			throw new TypeError(
				`export(): the method ${of}.${name} needs a function`,
			);
		const { in: from = "", out = "" } = method;
		parseSignature(from);
		found.set(name, {
			in: from,
			out,
			results: parseSignature(out).length,
			run: run.bind(handlers),
		});
	}
	for (const name of Object.keys(handlers))
		if (!found.has(name))
			throw new RangeError(`export(): ${of} describes no method ${name}`);
	return found;
}

function propertiesOf(
	description: InterfaceDescription,
	{ properties: handlers = {} }: AnyImplementation,
): Map<string, Property> {
	const { name: of, properties = {}, emitsChangedSignal } = description;
	const found = new Map<string, Property>();
	for (const [name, property] of Object.entries(properties)) {
		const handler = (
			Object.hasOwn(handlers, name) ? handlers[name] : {}
		) as Partial<Pick<Property, "get" | "set">>;
		const { access, type } = property;
		marshal(type);
		const bound: { get?: Property["get"]; set?: Property["set"] } = {};
		for (const [verb, needed] of [
			["get", access !== "write"],
			["set", access !== "read"],
		] as const) {
			if (!needed) continue;
			if (typeof handler[verb] !== "function")
				throw new TypeError(
					`export(): the property ${of}.${name} needs a function ${verb}`,
				);
			bound[verb] = (handler[verb] as () => unknown).bind(handler);
		}
		found.set(name, {
			description: property,
			emits: property.emitsChangedSignal ?? emitsChangedSignal ?? "true",
			get: bound.get,
			set: bound.set,
		});
	}
	for (const name of Object.keys(handlers))
		if (!found.has(name))
			throw new RangeError(`export(): ${of} describes no property ${name}`);
	return found;
}

/** Goes on with a value, at once if it is there. */
export function whenThere<T>(
	value: unknown,
	goOn: (value: unknown) => T,
): T | Promise<T> {
	return isThenable(value) ? Promise.resolve(value).then(goOn) : goOn(value);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
	return (
		typeof value === "object" &&
		value !== null &&
		typeof (value as { then?: unknown }).then === "function"
	);
}
