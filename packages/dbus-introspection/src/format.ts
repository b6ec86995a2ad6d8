import { checkInterface } from "./check.ts";
import type {
	Annotations,
	InterfaceDescription,
	NodeDescription,
} from "./description.ts";
import { isAbsolutePath, isRelativePath } from "./names.ts";
import { limitsOf, type XmlLimits } from "./options.ts";
import { splitSignature } from "./split-signature.ts";
import { utf8Length } from "./utf8.ts";
import {
	type AnnotationFields,
	ARGS,
	type ArgumentFields,
	DEPRECATED,
	EMITS_CHANGED_SIGNAL,
	IN,
	NO_REPLY,
	OUT,
	type WithArguments,
} from "./vocabulary.ts";

/** What the specification begins its example with, and what libdbus and others write. */
const DOCTYPE = `<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
`;

/**
 * Writes introspection XML: what `parseIntrospection` reads. Of descriptions that mean the same, all give the same text.
 *
 * Throws a `RangeError` for a description that is none (see `checkInterface`), and for XML over the limits.
 */
export function formatIntrospection(
	node: NodeDescription,
	options: XmlLimits = {},
): string {
	const { maxLength, maxDepth } = limitsOf("formatIntrospection", options);
	if (node.name !== undefined && !isAbsolutePath(node.name))
		throw new RangeError(
			`The name of a node must be an absolute object path, not ${JSON.stringify(node.name)}`,
		);
	const text = DOCTYPE + new Writer(maxDepth).node(node);
	const length = utf8Length(text);
	if (length > maxLength)
		throw new RangeError(
			`Introspection XML may have ${maxLength} bytes at most, not ${length}`,
		);
	return text;
}

type Attributes = readonly (readonly [name: string, value: string])[];

class Writer {
	readonly #maxDepth: number;
	#depth = 0;

	constructor(maxDepth: number) {
		this.#maxDepth = maxDepth;
	}

	node({ name, interfaces, nodes }: NodeDescription): string {
		const attributes = name === undefined ? [] : [["name", name] as const];
		return this.#element("node", attributes, () => {
			const names = new Set<string>();
			let inside = "";
			for (const described of interfaces) {
				checkInterface(described);
				if (names.has(described.name))
					throw new RangeError(`${described.name} is described twice`);
				names.add(described.name);
				inside += this.#interface(described);
			}
			for (const child of nodes) {
				if (child.name === undefined || !isRelativePath(child.name))
					throw new RangeError(
						`The name of a node inside another must be a relative object path, not ${JSON.stringify(child.name)}`,
					);
				inside += this.node(child);
			}
			return inside;
		});
	}

	#interface(described: InterfaceDescription): string {
		const { name, methods = {}, signals = {}, properties = {} } = described;
		return this.#element("interface", [["name", name]], () => {
			let inside = "";
			for (const [member, method] of Object.entries(methods))
				inside += this.#element(
					"method",
					[["name", member]],
					() =>
						this.#arguments(method, IN, [["direction", "in"]]) +
						this.#arguments(method, OUT, [["direction", "out"]]) +
						this.#annotated(method),
				);
			for (const [member, signal] of Object.entries(signals))
				inside += this.#element(
					"signal",
					[["name", member]],
					() => this.#arguments(signal, ARGS, []) + this.#annotated(signal),
				);
			for (const [member, property] of Object.entries(properties)) {
				const { type, access } = property;
				const attributes = Object.entries({ name: member, type, access });
				inside += this.#element("property", attributes, () =>
					this.#annotated(property),
				);
			}
			return inside + this.#annotated(described);
		});
	}

	#arguments(
		member: WithArguments,
		fields: ArgumentFields,
		direction: Attributes,
	): string {
		let args = "";
		const types = splitSignature(member[fields.signature] ?? "");
		for (const [position, type] of types.entries()) {
			const name = member[fields.names]?.[position] ?? "";
			const named = name === "" ? [] : [["name", name] as const];
			args += this.#element(
				"arg",
				[...named, ["type", type], ...direction],
				() => this.#annotations(member[fields.annotations]?.[position] ?? {}),
			);
		}
		return args;
	}

	#annotated(
		described: AnnotationFields & { readonly annotations?: Annotations },
	): string {
		const { deprecated, noReply, emitsChangedSignal, annotations } = described;
		let fields = "";
		for (const [name, value] of [
			[DEPRECATED, deprecated],
			[NO_REPLY, noReply],
			[EMITS_CHANGED_SIGNAL, emitsChangedSignal],
		] as const)
			if (value !== undefined) fields += this.#annotation(name, String(value));
		return fields + this.#annotations(annotations ?? {});
	}

	#annotations(annotations: Annotations): string {
		return Object.entries(annotations)
			.map(([name, value]) => this.#annotation(name, value))
			.join("");
	}

	#annotation(name: string, value: string): string {
		return this.#element("annotation", Object.entries({ name, value }));
	}

	/** Writes an element on lines of its own, and what is in it. */
	#element(name: string, attributes: Attributes, inside = () => ""): string {
		if (this.#depth === this.#maxDepth)
			throw new RangeError(
				`Elements may be nested ${this.#maxDepth} deep at most`,
			);
		const indent = "  ".repeat(this.#depth);
		const start = attributes.map(
			([key, value]) => ` ${key}="${escaped(value)}"`,
		);
		const tag = `${indent}<${name}${start.join("")}`;
		this.#depth++;
		const content = inside();
		this.#depth--;
		return content === ""
			? `${tag}/>\n`
			: `${tag}>\n${content}${indent}</${name}>\n`;
	}
}

const REFERENCES: { readonly [character: string]: string } = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
};

/** Escapes what ends a value, and white space, which would be read as a space. */
function escaped(value: string): string {
	return value.replace(
		/[&<>"\t\n\r]/g,
		(character) => REFERENCES[character] ?? `&#${character.charCodeAt(0)};`,
	);
}
