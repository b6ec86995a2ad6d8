import type { Message } from "@framewright/dbus-message";

/**
 * Says which signals to receive, as the specification has it ("Match Rules"); all that is given must hold.
 *
 *     { sender: "org.freedesktop.DBus", member: "NameOwnerChanged", args: { 0: "com.example.Clock" } }
 *     type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='com.example.Clock'
 */
export interface MatchRule {
	/** Who sends them: a unique name, or a well-known one, whose owner is followed. */
	readonly sender?: string | undefined;
	readonly path?: string | undefined;
	/** A path, and all paths below it. Not together with `path`. */
	readonly pathNamespace?: string | undefined;
	readonly interface?: string | undefined;
	readonly member?: string | undefined;
	/** Strings among the first 64 arguments, by their index. */
	readonly args?: { readonly [index: number]: string } | undefined;
	/** Paths among the first 64 arguments: equal, or one that ends in `/` is the beginning of the other. */
	readonly argPaths?: { readonly [index: number]: string } | undefined;
	/** What the first argument begins with: a name, and all names below it. */
	readonly arg0namespace?: string | undefined;
}

/** Says which messages of all kinds to see. */
export interface MonitorRule extends MatchRule {
	/** Default: any. */
	readonly type?: "method_call" | "method_return" | "error" | "signal";
	/** Whom they are for: a unique name. */
	readonly destination?: string | undefined;
}

/** Writes a rule as a bus reads it. Throws a `RangeError` for one that no bus takes. */
export function formatMatchRule(rule: MonitorRule): string {
	if (rule.path !== undefined && rule.pathNamespace !== undefined)
		throw new RangeError(
			"A match rule has either path or pathNamespace, not both",
		);
	const parts: [string, string | undefined][] = [
		["type", rule.type],
		["sender", rule.sender],
		["destination", rule.destination],
		["path", rule.path],
		["path_namespace", rule.pathNamespace],
		["interface", rule.interface],
		["member", rule.member],
		...numbered("arg", "", rule.args),
		...numbered("arg", "path", rule.argPaths),
		["arg0namespace", rule.arg0namespace],
	];
	return parts
		.filter(([, value]) => value !== undefined)
		.map(([key, value]) => `${key}='${`${value}`.replaceAll("'", `'\\''`)}'`)
		.join(",");
}

/** Says whether a rule holds for a message, but for its `sender`, about which only a bus knows. */
export function matches(rule: MatchRule, message: Message): boolean {
	const { path = "" } = message;
	return (
		is(rule.interface, message.interface) &&
		is(rule.member, message.member) &&
		is(rule.path, path) &&
		(rule.pathNamespace === undefined ||
			isBelow(path, rule.pathNamespace, "/")) &&
		(rule.arg0namespace === undefined ||
			isBelow(stringAt(message, 0) ?? "", rule.arg0namespace, ".")) &&
		every(rule.args, (i, text) => stringAt(message, i) === text) &&
		every(rule.argPaths, (i, text) =>
			arePaths(stringAt(message, i, "so") ?? "", text),
		)
	);
}

function* numbered(
	before: string,
	behind: string,
	args: { readonly [index: number]: string } | undefined,
): Iterable<[string, string]> {
	for (const [index, text] of Object.entries(args ?? {})) {
		if (!/^\d+$/.test(index) || Number(index) > 63)
			throw new RangeError(
				`A match rule is about the arguments 0 to 63, not ${index}`,
			);
		yield [`${before}${index}${behind}`, text];
	}
}

function is(wanted: string | undefined, found: string | undefined): boolean {
	return wanted === undefined || wanted === found;
}

function every(
	args: { readonly [index: number]: string } | undefined,
	holds: (index: number, text: string) => boolean,
): boolean {
	return (
		args === undefined ||
		Object.entries(args).every(([index, text]) => holds(Number(index), text))
	);
}

function isBelow(text: string, prefix: string, separator: string): boolean {
	return (
		text === prefix ||
		prefix === separator ||
		text.startsWith(`${prefix}${separator}`)
	);
}

function arePaths(found: string, wanted: string): boolean {
	return (
		found === wanted ||
		(wanted.endsWith("/") && found.startsWith(wanted)) ||
		(found.endsWith("/") && wanted.startsWith(found))
	);
}

/** An argument of type `s`, or of one of `codes`; other text is no string to a rule. */
function stringAt(
	{ signature, body }: Message,
	index: number,
	codes = "s",
): string | undefined {
	const value = body[index];
	// That it is a string at all is cheap to see; of what type it is, only then.
	if (typeof value !== "string") return undefined;
	return codes.includes(codeAt(signature, index)) ? value : undefined;
}

/** The first character of the complete type at an index of a signature. */
function codeAt(signature: string, index: number): string {
	let at = 0;
	for (let skipped = 0; skipped < index; skipped++) {
		while (signature[at] === "a") at += 1;
		let depth = 0;
		do {
			const code = signature[at];
			if (code === "(" || code === "{") depth += 1;
			else if (code === ")" || code === "}") depth -= 1;
			at += 1;
		} while (depth > 0);
	}
	return signature.charAt(at);
}
