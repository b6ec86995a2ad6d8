import { DecodeError } from "@framewright/codec";
import { parseSignature, SignatureError } from "@framewright/dbus-marshal";
import { isInterfaceName, isMemberName } from "@framewright/dbus-message";
import { Arguments } from "./arguments.ts";
import type {
	Annotations,
	InterfaceDescription,
	MethodDescription,
	NodeDescription,
	PropertyDescription,
	SignalDescription,
} from "./description.ts";
import { type Draft, put } from "./draft.ts";
import { isAbsolutePath, isRelativePath } from "./names.ts";
import { limitsOf, type ParseOptions } from "./options.ts";
import { decodeUtf8, utf8Length } from "./utf8.ts";
import { ARGS, fieldOf, IN, MAX_SIGNATURE, OUT } from "./vocabulary.ts";
import { type Element, faultAt, readXml } from "./xml.ts";

/**
 * Reads introspection XML: what `org.freedesktop.DBus.Introspectable.Introspect` returns, and files of interfaces.
 *
 *     <node>
 *       <interface name="com.example.Clock">
 *         <method name="SetAlarm"><arg name="when" type="t"/><arg name="id" type="u" direction="out"/></method>
 *       </interface>
 *       <node name="alarms"/>
 *     </node>
 *
 * Elements and attributes that the specification does not have, or not there, are passed over with all that is in them
 * ("Introspection Data Format"). No entities are expanded but XML's own, and no DTD is read.
 *
 * Throws a `DecodeError`, whose `offset` counts bytes of UTF-8: `invalid-syntax` and `truncated` for what is no XML,
 * `invalid-value` for a description that is none, `invalid-utf8`, `too-large`, `too-deep`. Bad options throw a `RangeError`.
 */
export function parseIntrospection(
	xml: string | Uint8Array,
	options: ParseOptions = {},
): NodeDescription {
	const { maxLength, maxDepth } = limitsOf("parseIntrospection", options);
	const length = typeof xml === "string" ? utf8Length(xml) : xml.length;
	if (length > maxLength)
		throw new DecodeError(
			"too-large",
			`Introspection XML may have ${maxLength} bytes at most, not ${length}`,
			maxLength,
			{ length, limit: maxLength },
		);
	const text = typeof xml === "string" ? xml : decodeUtf8(xml);
	return new Parser(text, maxDepth, options.overloads === "first").parse();
}

/** What is to be done with an element inside another one; the result says what with those inside of it. */
type Inside = (element: Element) => Inside;

/** For elements that mean nothing. */
const nothing: Inside = () => nothing;

class Parser {
	readonly #text: string;
	readonly #maxDepth: number;
	readonly #keepFirst: boolean;

	constructor(text: string, maxDepth: number, keepFirst: boolean) {
		this.#text = text;
		this.#maxDepth = maxDepth;
		this.#keepFirst = keepFirst;
	}

	parse(): NodeDescription {
		const roots: NodeDescription[] = [];
		const inside: Inside[] = [
			(element) => {
				if (element.name !== "node")
					throw this.#fault(
						element,
						`The first element must be node, not ${element.name}`,
					);
				return this.#node(roots, isAbsolutePath)(element);
			},
		];
		readXml(
			this.#text,
			{
				open(element) {
					inside.push((inside.at(-1) ?? nothing)(element));
				},
				close() {
					inside.pop();
				},
			},
			this.#maxDepth,
		);
		// XML has one root, and it was a node.
		return roots[0] as NodeDescription;
	}

	#node(
		siblings: NodeDescription[],
		isName: (name: string) => boolean,
	): Inside {
		return (element) => {
			const name = element.attributes.get("name")?.value;
			if (name === undefined && isName === isRelativePath)
				throw this.#fault(element, "A node inside another must have a name");
			if (name !== undefined && !isName(name))
				throw this.#fault(
					element,
					`The name of this node must be ${isName === isRelativePath ? "a relative" : "an absolute"} object path, not ${JSON.stringify(name)}`,
					"name",
				);
			const interfaces: InterfaceDescription[] = [];
			const names = new Set<string>();
			const nodes: NodeDescription[] = [];
			siblings.push({
				...(name === undefined ? {} : { name }),
				interfaces,
				nodes,
			});
			const child = this.#node(nodes, isRelativePath);
			return (inner) => {
				if (inner.name === "node") return child(inner);
				if (inner.name !== "interface") return nothing;
				return this.#interface(inner, interfaces, names);
			};
		};
	}

	#interface(
		element: Element,
		interfaces: InterfaceDescription[],
		names: Set<string>,
	): Inside {
		const name = this.#required(element, "name", "An interface");
		if (!isInterfaceName(name))
			throw this.#fault(
				element,
				`${JSON.stringify(name)} is not the name of an interface`,
				"name",
			);
		if (names.has(name)) return this.#again(element, name);
		names.add(name);
		const described: Draft<InterfaceDescription> = { name };
		interfaces.push(described);
		const annotation = this.#annotation(described, "interface");
		return (inner) => {
			switch (inner.name) {
				case "method": {
					described.methods ??= {};
					return this.#member(inner, name, described.methods, () => {
						const method: Draft<MethodDescription> = {};
						return [method, this.#method(method)];
					});
				}
				case "signal": {
					described.signals ??= {};
					return this.#member(inner, name, described.signals, () => {
						const signal: Draft<SignalDescription> = {};
						return [signal, this.#signal(signal)];
					});
				}
				case "property": {
					described.properties ??= {};
					return this.#member(inner, name, described.properties, () => {
						const property = this.#property(inner);
						return [property, this.#annotation(property, "property")];
					});
				}
				default:
					return annotation(inner);
			}
		};
	}

	/** Adds a member under its name, and reads what is in it. */
	#member<T>(
		element: Element,
		owner: string,
		members: { readonly [name: string]: T },
		make: () => [T, Inside],
	): Inside {
		const name = this.#required(
			element,
			"name",
			`A ${element.name} of ${owner}`,
		);
		// Names of properties are free: GObject's have dashes.
		const valid =
			element.name === "property" ? name !== "" : isMemberName(name);
		if (!valid)
			throw this.#fault(
				element,
				`${JSON.stringify(name)} is not the name of a ${element.name}, in ${owner}`,
				"name",
			);
		if (Object.hasOwn(members, name))
			return this.#again(element, `${owner}.${name}`);
		const [described, inside] = make();
		put(members, name, described);
		return inside;
	}

	#method(method: Draft<MethodDescription>): Inside {
		const into = new Arguments(method, IN);
		const outOf = new Arguments(method, OUT);
		const annotation = this.#annotation(method, "method");
		return (element) => {
			if (element.name !== "arg") return annotation(element);
			const direction = element.attributes.get("direction")?.value ?? "in";
			if (direction !== "in" && direction !== "out")
				throw this.#fault(
					element,
					`The direction of an argument must be in or out, not ${JSON.stringify(direction)}`,
					"direction",
				);
			return this.#argument(element, direction === "in" ? into : outOf);
		};
	}

	#signal(signal: Draft<SignalDescription>): Inside {
		const args = new Arguments(signal, ARGS);
		const annotation = this.#annotation(signal, "signal");
		return (element) => {
			if (element.name !== "arg") return annotation(element);
			const direction = element.attributes.get("direction")?.value ?? "out";
			if (direction !== "out")
				throw this.#fault(
					element,
					`The direction of what a signal brings must be out, not ${JSON.stringify(direction)}`,
					"direction",
				);
			return this.#argument(element, args);
		};
	}

	#argument(element: Element, args: Arguments): Inside {
		const type = this.#type(element);
		if (args.signature.length + type.length > MAX_SIGNATURE)
			throw this.#fault(
				element,
				`All arguments together may have a signature of ${MAX_SIGNATURE} characters at most`,
				"type",
			);
		const position = args.add(type, element.attributes.get("name")?.value);
		return (inner) => {
			if (inner.name !== "annotation") return nothing;
			const [name, value] = this.#nameAndValue(inner);
			const annotations = args.annotations(position);
			if (Object.hasOwn(annotations, name)) return this.#again(inner, name);
			put(annotations, name, value);
			return nothing;
		};
	}

	#property(element: Element): Draft<PropertyDescription> {
		const type = this.#type(element);
		const access = this.#required(element, "access", "A property");
		if (access !== "read" && access !== "write" && access !== "readwrite")
			throw this.#fault(
				element,
				`The access to a property must be read, write or readwrite, not ${JSON.stringify(access)}`,
				"access",
			);
		return { type, access };
	}

	#type(element: Element): string {
		const type = this.#required(element, "type", `Each ${element.name}`);
		let reason = "there must be one complete type";
		try {
			if (parseSignature(type).length === 1) return type;
		} catch (error) {
			if (!(error instanceof SignatureError)) throw error;
			reason = error.reason;
		}
		throw this.#fault(
			element,
			`${JSON.stringify(type)} is not the signature of one type: ${reason}`,
			"type",
		);
	}

	/** Makes annotations of one of those that have them: fields, where they have a field and a value that it can hold. */
	#annotation(
		target: Draft<InterfaceDescription | MethodDescription> & {
			annotations?: Annotations;
		},
		kind: "interface" | "method" | "signal" | "property",
	): Inside {
		const seen = new Set<string>();
		return (element) => {
			if (element.name !== "annotation") return nothing;
			const [name, value] = this.#nameAndValue(element);
			if (seen.has(name)) return this.#again(element, name);
			seen.add(name);
			const field = fieldOf(kind, name, value);
			if (field !== undefined) Object.assign(target, field);
			else {
				target.annotations ??= {};
				put(target.annotations, name, value);
			}
			return nothing;
		};
	}

	#nameAndValue(annotation: Element): [name: string, value: string] {
		return [
			this.#required(annotation, "name", "An annotation"),
			this.#required(annotation, "value", "An annotation"),
		];
	}

	#required(element: Element, name: string, who: string): string {
		const attribute = element.attributes.get(name);
		if (attribute === undefined)
			throw this.#fault(element, `${who} must have the attribute ${name}`);
		return attribute.value;
	}

	#again(element: Element, name: string): Inside {
		if (this.#keepFirst) return nothing;
		throw this.#fault(element, `${name} is described twice`);
	}

	#fault(element: Element, message: string, attribute = ""): DecodeError {
		const index = element.attributes.get(attribute)?.index ?? element.index;
		return faultAt(this.#text, index, "invalid-value", message);
	}
}
