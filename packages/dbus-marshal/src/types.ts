// The types of values, read from a signature's literal by the compiler: the grammar of signature.ts once more, in types.

import type { Variant } from "./variant.ts";

/** How dicts come out: `"map"`, `"object"` with a null prototype, or `"entries"`, pairs as they are on the wire. */
export type DictForm = "map" | "object" | "entries";

interface Basic {
	y: number;
	b: boolean;
	n: number;
	q: number;
	i: number;
	u: number;
	x: bigint;
	t: bigint;
	d: number;
	s: string;
	o: string;
	g: string;
	h: number;
}

type ArrayOf<Element, F> = F extends "input" ? readonly Element[] : Element[];

type StructOf<Fields extends unknown[], F> = F extends "input"
	? Readonly<Fields>
	: Fields;

type DictOf<Key, Value, F> = F extends "map"
	? Map<Key, Value>
	: F extends "object"
		? Record<string, Value>
		: F extends "entries"
			? [Key, Value][]
			: Iterable<readonly [Key, Value]> | { readonly [key: string]: Value };

// F is the form of containers: a DictForm as `decode` returns them, or "input" as `encode` takes them. Each type below
// reads from the front of S, and gives [what it read, what follows], or a string that says what is wrong. A rest that
// the compiler does not know, `string`, may hold anything.

type Take<S extends string, F> = string extends S
	? [unknown, S]
	: S extends `${infer Code}${infer Rest}`
		? Code extends keyof Basic
			? [Basic[Code], Rest]
			: Code extends "v"
				? [Variant, Rest]
				: Code extends "a"
					? TakeArray<Rest, F>
					: Code extends "("
						? TakeFields<Rest, F, []>
						: Code extends "{"
							? `Bad signature: a dict entry may only be the element of an array, at "${S}"`
							: Code extends ")" | "}"
								? `Bad signature: a complete type is missing before "${S}"`
								: `Bad signature: "${Code}" is not the code of a type, at "${S}"`
		: "Bad signature: a complete type is missing at the end";

type TakeArray<S extends string, F> = S extends `y${infer Rest}`
	? [Uint8Array, Rest]
	: S extends `{${infer Entry}`
		? TakeDict<Entry, F>
		: Take<S, F> extends infer Taken
			? Taken extends [infer Element, infer Rest]
				? [ArrayOf<Element, F>, Rest]
				: Taken
			: never;

type TakeDict<S extends string, F> = string extends S
	? [unknown, S]
	: S extends `${infer Key}${infer Rest}`
		? Key extends keyof Basic
			? Take<Rest, F> extends infer Taken
				? Taken extends [infer Value, infer Close]
					? string extends Close
						? [DictOf<Basic[Key], Value, F>, Close]
						: Close extends `}${infer After}`
							? [DictOf<Basic[Key], Value, F>, After]
							: `Bad signature: a dict entry must have one key and one value, at "{${S}"`
					: Taken
				: never
			: `Bad signature: the key of a dict must be basic, at "{${S}"`
		: "Bad signature: a complete type is missing at the end";

type TakeFields<
	S extends string,
	F,
	Fields extends unknown[],
> = string extends S
	? [ArrayOf<unknown, F>, S]
	: S extends `)${infer Rest}`
		? Fields extends []
			? `Bad signature: a struct must have a field, before "${S}"`
			: [StructOf<Fields, F>, Rest]
		: Take<S, F> extends infer Taken
			? Taken extends [infer Field, infer Rest extends string]
				? TakeFields<Rest, F, [...Fields, Field]>
				: Taken
			: never;

type TakeAll<S extends string, F, Values extends unknown[]> = string extends S
	? ArrayOf<unknown, F>
	: S extends ""
		? StructOf<Values, F>
		: Take<S, F> extends infer Taken
			? Taken extends [infer Value, infer Rest extends string]
				? TakeAll<Rest, F, [...Values, Value]>
				: Taken
			: never;

type One<S extends string, F> =
	Take<S, F> extends [infer Value, infer Rest]
		? "" extends Rest
			? Value
			: never
		: never;

/** The value that `marshal(S).decode` returns: `ValueOf<"a{s(ii)}">` is `Map<string, [number, number]>`. */
export type ValueOf<S extends string, D extends DictForm = "map"> = One<S, D>;

/** What `marshal(S).encode` takes: every `ValueOf<S>`, and what is as good, such as read-only arrays. */
export type InputOf<S extends string> = One<S, "input">;

/** The values that `marshalBody(S).decode` returns: `BodyOf<"si">` is `[string, number]`. */
export type BodyOf<S extends string, D extends DictForm = "map"> =
	TakeAll<S, D, []> extends infer Values extends unknown[] ? Values : never;

/** What `marshalBody(S).encode` takes. */
export type BodyInputOf<S extends string> =
	TakeAll<S, "input", []> extends infer Values extends readonly unknown[]
		? Values
		: never;

/** S, if it is one complete type; else a string that says what is wrong, to which no other string can be assigned. */
export type CheckedType<S extends string> =
	Take<S, "map"> extends infer Taken
		? Taken extends [unknown, infer Rest extends string]
			? "" extends Rest
				? S
				: `Bad signature: there must be one complete type, but "${Rest}" follows the first`
			: Taken extends string
				? Taken
				: never
		: never;

/** S, if it is zero or more complete types; else a string that says what is wrong. */
export type CheckedSignature<S extends string> =
	TakeAll<S, "map", []> extends infer Taken
		? Taken extends string
			? Taken
			: S
		: never;
