import type {
	InterfaceDescription,
	MethodDescription,
	NodeDescription,
	SignalDescription,
} from "@framewright/dbus-introspection";
import { parseSignature, signatureOf } from "@framewright/dbus-marshal";

/** What every object has, and connections bring along. */
const STANDARD: ReadonlySet<string> = new Set(
	["Peer", "Introspectable", "Properties", "ObjectManager"].map(
		(name) => `org.freedesktop.DBus.${name}`,
	),
);

/** Writes the interfaces of a node, and of those inside of it, as a TypeScript module of literals. */
export function typescriptModule(
	node: NodeDescription,
	from: string,
	all = false,
): string {
	const interfaces = new Map<string, InterfaceDescription>();
	for (const described of interfacesOf(node))
		if (
			(all || !STANDARD.has(described.name)) &&
			!interfaces.has(described.name)
		)
			interfaces.set(described.name, described);
	const names = new Set(["InterfaceDescription"]);
	const constants = Array.from(interfaces.values(), (described) => {
		const name = constantName(described.name, names);
		names.add(name);
		return `\n/** \`${described.name}\`${docOf(described)} */\nexport const ${name} = ${literal(described, 0)} as const satisfies InterfaceDescription;\n`;
	});
	const header = `// Made by framewright dbus-types, from the introspection of ${inComment(from)}.\n`;
	return constants.length === 0
		? `${header}\nexport {};\n`
		: `${header}\nimport type { InterfaceDescription } from "@framewright/dbus-introspection";\n${constants.join("")}`;
}

function* interfacesOf(node: NodeDescription): Iterable<InterfaceDescription> {
	yield* node.interfaces;
	for (const child of node.nodes) yield* interfacesOf(child);
}

/** The last element of an interface's name, or as many as tell it from others: capitals make it no word of the language. */
function constantName(name: string, taken: ReadonlySet<string>): string {
	const elements = name
		.split(".")
		.map((element) =>
			element.replace(/^_*[a-z]?/, (start) => start.toUpperCase()),
		);
	for (let count = 1; count <= elements.length; count++) {
		const candidate = elements.slice(-count).join("");
		if (!taken.has(candidate)) return candidate;
	}
	let number = 2;
	while (taken.has(`${elements.join("")}${number}`)) number++;
	return `${elements.join("")}${number}`;
}

/** Writes a value as a literal; members of an interface with a comment each. */
function literal(value: unknown, depth: number, commentOf?: Comments): string {
	if (Array.isArray(value))
		return `[${value.map((element) => literal(element, depth)).join(", ")}]`;
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	const indent = "\t".repeat(depth + 1);
	const lines = Object.entries(value).map(([key, inner]) => {
		const comment = commentOf?.(key, inner as Member) ?? "";
		const comments =
			depth === 0 && Object.hasOwn(COMMENTS, key) ? COMMENTS[key] : undefined;
		return `${comment && `${indent}/** ${comment} */\n`}${indent}${keyOf(key)}: ${literal(inner, depth + 1, comments)},\n`;
	});
	return lines.length === 0
		? "{}"
		: `{\n${lines.join("")}${"\t".repeat(depth)}}`;
}

/** A member, whatever its kind: what it does not have is not there. */
type Member = MethodDescription & SignalDescription;

type Comments = (name: string, member: Member) => string;

/** What is said of the members of an interface. */
const COMMENTS: { readonly [field: string]: Comments } = {
	methods: (name, method) =>
		`\`${inComment(
			`${name}(${argumentsOf(method.in, method.inNames)})${method.out ? ` -> (${argumentsOf(method.out, method.outNames)})` : ""}`,
		)}\`${docOf(method)}`,
	signals: (name, signal) =>
		`\`${inComment(`${name}(${argumentsOf(signal.args, signal.argNames)})`)}\`${docOf(signal)}`,
	properties: (_, property) => docOf(property).replace(/^: /, ""),
};

/** `when: t, message: s` */
function argumentsOf(signature = "", names: readonly string[] = []): string {
	return parseSignature(signature)
		.map((type, i) => [names[i], signatureOf(type)].filter(Boolean).join(": "))
		.join(", ");
}

/** What GLib's tools write, and the mark that editors strike names through for. */
function docOf({
	annotations = {},
	deprecated = false,
}: Pick<InterfaceDescription, "annotations" | "deprecated">): string {
	const text = Object.hasOwn(annotations, DOC) ? (annotations[DOC] ?? "") : "";
	return `${text && `: ${inComment(text)}`}${deprecated ? " @deprecated" : ""}`;
}

const DOC = "org.gtk.GDBus.DocString";

/** Puts what a peer has sent on one line, from which no comment can be left. */
function inComment(text: string): string {
	return text
		.replaceAll("*/", "*\\/")
		.replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ")
		.trim();
}

function keyOf(name: string): string {
	// In a literal, __proto__ would set the prototype.
	if (name === "__proto__") return '["__proto__"]';
	return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : JSON.stringify(name);
}
