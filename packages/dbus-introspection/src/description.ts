/** Whether PropertiesChanged tells of a property: with its value, without it, never because it never changes, or never. */
export type EmitsChangedSignal = "true" | "invalidates" | "const" | "false";

/** Names and values of annotations that have no field of their own. */
export type Annotations = { readonly [name: string]: string };

interface Annotated {
	/** `org.freedesktop.DBus.Deprecated`. Default: false. */
	readonly deprecated?: boolean;
	/** All others, `org.gtk.GDBus.DocString` for one. */
	readonly annotations?: Annotations;
}

/** A method: the signatures of what goes in, and of what comes out. */
export interface MethodDescription extends Annotated {
	/** The signature of the arguments, those together that the caller sends. Default: `""`, none. */
	readonly in?: string;
	/** The signature of the reply's body. Default: `""`. */
	readonly out?: string;
	/** A name for each complete type of `in`, `""` where there is none. */
	readonly inNames?: readonly string[];
	/** The same for `out`. */
	readonly outNames?: readonly string[];
	/** Annotations for each argument of `in`, `{}` where there are none. */
	readonly inAnnotations?: readonly Annotations[];
	/** The same for `out`. */
	readonly outAnnotations?: readonly Annotations[];
	/** `org.freedesktop.DBus.Method.NoReply`: callers must not wait for a reply. Default: false. */
	readonly noReply?: boolean;
}

/** A signal, and the signature of its body. */
export interface SignalDescription extends Annotated {
	/** Default: `""`, no arguments. */
	readonly args?: string;
	/** A name for each complete type of `args`, `""` where there is none. */
	readonly argNames?: readonly string[];
	/** Annotations for each argument, `{}` where there are none. */
	readonly argAnnotations?: readonly Annotations[];
}

/** A property: one complete type, and what may be done with it. */
export interface PropertyDescription extends Annotated {
	readonly type: string;
	readonly access: "read" | "write" | "readwrite";
	/** `org.freedesktop.DBus.Property.EmitsChangedSignal`. Default: that of the interface. */
	readonly emitsChangedSignal?: EmitsChangedSignal;
}

/**
 * Describes an interface: a plain object, from whose literals the compiler reads the types of arguments and results.
 *
 *     const Clock = {
 *       name: "com.example.Clock",
 *       methods: { SetAlarm: { in: "ts", out: "u", inNames: ["when", "message"], outNames: ["id"] } },
 *       signals: { Rang: { args: "u", argNames: ["id"] } },
 *       properties: { Time: { type: "t", access: "read", emitsChangedSignal: "false" } },
 *     } as const satisfies InterfaceDescription;
 *
 * Names are keys: look them up with `Object.hasOwn`, since `constructor` and `__proto__` are names of members as well.
 */
export interface InterfaceDescription extends Annotated {
	readonly name: string;
	readonly methods?: { readonly [name: string]: MethodDescription };
	readonly signals?: { readonly [name: string]: SignalDescription };
	readonly properties?: { readonly [name: string]: PropertyDescription };
	/** What its properties do that do not say so themselves. Default: `"true"`. */
	readonly emitsChangedSignal?: EmitsChangedSignal;
}

/** An object of a peer: its interfaces, and the objects below it. */
export interface NodeDescription {
	/** An absolute path at the root of a tree, and a path relative to the parent below it. Default: unknown, as XML has it. */
	readonly name?: string;
	readonly interfaces: readonly InterfaceDescription[];
	/** Most say no more than their `name`: ask them. */
	readonly nodes: readonly NodeDescription[];
}
