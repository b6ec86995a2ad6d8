// Checked by the compiler, and by test/types.test.ts with TypeScript 5.6 as well. Nothing here runs.

import {
	type BodyInputOf,
	type BodyOf,
	type InputOf,
	marshal,
	marshalBody,
	type Plain,
	plain,
	type ValueOf,
	Variant,
	variant,
} from "@framewright/dbus-marshal";

type Same<A, B> =
	(<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2
		? true
		: false;

function same<A, B>(..._: Same<A, B> extends true ? [] : [never]): void {}

export function values(): void {
	same<ValueOf<"s">, string>();
	same<ValueOf<"x">, bigint>();
	same<ValueOf<"ay">, Uint8Array>();
	same<ValueOf<"v">, Variant>();
	same<ValueOf<"a{s(ii)}">, Map<string, [number, number]>>();
	same<ValueOf<"a{s(ii)}", "object">, Record<string, [number, number]>>();
	same<ValueOf<"a{ob}", "entries">, [string, boolean][]>();
	same<ValueOf<"aa{t(yaay)}">, Map<bigint, [number, Uint8Array[]]>[]>();
	same<
		ValueOf<"a{oa{sa{sv}}}">,
		Map<string, Map<string, Map<string, Variant>>>
	>();
	same<ValueOf<"((((((((i))))))))">, [[[[[[[[number]]]]]]]]>();
	same<ValueOf<"s" | "u">, string | number>();
	same<BodyOf<"">, []>();
	same<
		BodyOf<"susssasa{sv}i">,
		[
			string,
			number,
			string,
			string,
			string,
			string[],
			Map<string, Variant>,
			number,
		]
	>();
}

export function inputs(): void {
	same<InputOf<"a(ii)">, readonly (readonly [number, number])[]>();
	same<BodyInputOf<"si">, readonly [string, number]>();
	const data = { names: ["a", "b"], at: [1, 2] } as const;
	marshalBody("as(ii)").encode([data.names, data.at]);
	marshal("a{si}").encode({ a: 1 });
	marshal("a{si}").encode(new Map([["a", 1]]));
	marshal("a{si}").encode([["a", 1]]);
	// @ts-expect-error: the second field is a number.
	marshal("(si)").encode(["a", "b"]);
	// @ts-expect-error: 64 bits are a bigint.
	marshal("x").encode(1);
	// @ts-expect-error: a field is missing.
	marshalBody("si").encode(["a"]);
}

export function variants(one: Variant): void {
	variant("as", ["a"]);
	// @ts-expect-error: not what the signature says.
	variant("as", [1]);
	// @ts-expect-error: two types.
	variant("ss", ["a", "b"]);
	same<Variant["value"], unknown>();
	if (one.is("as")) same<typeof one.value, string[]>();
	const properties = marshal("a{sv}").decode(new Uint8Array());
	const unwrapped = plain(properties);
	same<typeof unwrapped, Map<string, unknown>>();
	same<Plain<[Variant<"i">, string[]]>, [number, string[]]>();
	marshal("v").encode(variant("i", 1));
	marshal("v").encode(new Variant("i", 1));
}

/** What the compiler knows only at run time is anything. */
export function unknowns(signature: string): void {
	same<ValueOf<string>, unknown>();
	same<BodyOf<string>, unknown[]>();
	same<ValueOf<`a${string}`>, unknown[]>();
	const value = marshal(signature).decode(new Uint8Array());
	same<typeof value, unknown>();
	const body = marshalBody(signature).decode(new Uint8Array());
	same<typeof body, unknown[]>();
	marshalBody(signature).encode([1, "a"]);
	marshal(`a${signature}`).encode([1, "a"]);
	marshal(`(i${signature}`).encode([1, "a"]);
	marshal(`a{s${signature}`);
	marshal(`a{${signature}`);
}

export function forms(): void {
	const object = marshal("a{si}", { dict: "object" }).decode(new Uint8Array());
	same<typeof object, Record<string, number>>();
	const pairs = marshal("a{si}", { dict: "entries" }).decode(new Uint8Array());
	same<typeof pairs, [string, number][]>();
	const map = marshal("a{si}", { bytes: "view" }).decode(new Uint8Array());
	same<typeof map, Map<string, number>>();
}

/** Each of these is an error; types.test.ts reads what the compiler says. */
export function bad(): void {
	// @ts-expect-error
	marshal("");
	// @ts-expect-error
	marshal("ii");
	// @ts-expect-error
	marshal("a");
	// @ts-expect-error
	marshal("m");
	// @ts-expect-error
	marshal("()");
	// @ts-expect-error
	marshal("(i");
	// @ts-expect-error
	marshal("{ss}");
	// @ts-expect-error
	marshal("a{vs}");
	// @ts-expect-error
	marshal("a{s}");
	// @ts-expect-error
	marshal("a{sii}");
	// @ts-expect-error
	marshalBody("ia");
	// @ts-expect-error
	marshalBody("i)");
	marshalBody("");
	marshalBody("ii");
}
