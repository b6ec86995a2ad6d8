import type { Annotations, EmitsChangedSignal } from "./description.ts";

/** The annotations of the specification that have a field of their own. */
export const DEPRECATED = "org.freedesktop.DBus.Deprecated";
export const NO_REPLY = "org.freedesktop.DBus.Method.NoReply";
export const EMITS_CHANGED_SIGNAL =
	"org.freedesktop.DBus.Property.EmitsChangedSignal";

/** The longest signature of a body (D-Bus Specification, "Valid Signatures"). */
export const MAX_SIGNATURE = 255;

/** What can have annotations that have a field. */
export type Kind = "interface" | "method" | "signal" | "property";

/** The fields that stand for annotations. */
export interface AnnotationFields {
	deprecated?: boolean;
	noReply?: boolean;
	emitsChangedSignal?: EmitsChangedSignal;
}

/** The field that stands for an annotation of one kind of thing, if there is one. */
export function fieldNamed(
	kind: Kind,
	name: string,
): keyof AnnotationFields | undefined {
	if (name === DEPRECATED) return "deprecated";
	if (name === NO_REPLY && kind === "method") return "noReply";
	if (
		name === EMITS_CHANGED_SIGNAL &&
		(kind === "interface" || kind === "property")
	)
		return "emitsChangedSignal";
	return undefined;
}

/** The field that says what an annotation says, if there is one, and it can. */
export function fieldOf(
	kind: Kind,
	name: string,
	value: string,
): AnnotationFields | undefined {
	const field = fieldNamed(kind, name);
	if (field === undefined) return undefined;
	if (field === "emitsChangedSignal")
		return isEmitsChangedSignal(value) ? { [field]: value } : undefined;
	return value === "true" || value === "false"
		? { [field]: value === "true" }
		: undefined;
}

/** Tells whether an annotation has a value that the specification defines. */
export function isEmitsChangedSignal(
	value: string,
): value is EmitsChangedSignal {
	return ["true", "invalidates", "const", "false"].includes(value);
}

/** The fields of a member that describe arguments of one direction. */
export interface ArgumentFields {
	readonly signature: "in" | "out" | "args";
	readonly names: "inNames" | "outNames" | "argNames";
	readonly annotations: "inAnnotations" | "outAnnotations" | "argAnnotations";
}

export const IN: ArgumentFields = {
	signature: "in",
	names: "inNames",
	annotations: "inAnnotations",
};
export const OUT: ArgumentFields = {
	signature: "out",
	names: "outNames",
	annotations: "outAnnotations",
};
export const ARGS: ArgumentFields = {
	signature: "args",
	names: "argNames",
	annotations: "argAnnotations",
};

/** What of a member describes arguments. */
export type WithArguments = {
	readonly [Field in ArgumentFields["signature"]]?: string;
} & { readonly [Field in ArgumentFields["names"]]?: readonly string[] } & {
	readonly [Field in ArgumentFields["annotations"]]?: readonly Annotations[];
};
