import { anyText } from "@framewright/codec-laws/parts";
import {
	type BasicCode,
	signatureOf,
	type Type,
	Variant,
} from "@framewright/dbus-marshal";
import fc from "fast-check";

/** A type, its signature, and a value of it, dicts as entries. */
export interface Sample {
	readonly signature: string;
	readonly value: unknown;
}

const code = fc.constantFrom<BasicCode>(
	...("ybnqiuxtdsogh".split("") as BasicCode[]),
);

const { type } = fc.letrec<{ type: Type }>((tie) => ({
	type: fc.oneof(
		{ depthSize: "small", withCrossShrink: true },
		code.map((code): Type => ({ kind: "basic", code })),
		fc.constant<Type>({ kind: "variant" }),
		tie("type").map((element): Type => ({ kind: "array", element })),
		fc
			.tuple(code, tie("type"))
			.map(([key, value]): Type => ({ kind: "dict", key, value })),
		fc
			.array(tie("type"), { minLength: 1, maxLength: 4 })
			.map((fields): Type => ({ kind: "struct", fields })),
	),
}));

const text = fc
	.oneof(
		fc.string({ maxLength: 40 }),
		anyText({ maxLength: 20 }),
		fc.string({ minLength: 20, maxLength: 40 }),
	)
	.map((text) => text.replaceAll("\0", "0"));

const path = fc
	.array(fc.stringMatching(/^[A-Za-z0-9_]{1,9}$/), { maxLength: 4 })
	.map((elements) => `/${elements.join("/")}`);

const values: Readonly<Record<BasicCode, fc.Arbitrary<unknown>>> = {
	y: fc.integer({ min: 0, max: 255 }),
	b: fc.boolean(),
	n: fc.integer({ min: -32768, max: 32767 }),
	q: fc.integer({ min: 0, max: 65535 }),
	i: fc.integer(),
	u: fc.nat({ max: 0xffffffff }),
	x: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
	t: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
	d: fc.double(),
	s: text,
	o: path,
	g: fc
		.array(type, { maxLength: 3 })
		.map((types) => types.map(signatureOf).join("").slice(0, 255))
		.filter((signature) => signature.length < 250),
	h: fc.nat({ max: 0xffffffff }),
};

/** Values of a type. */
export function anyOf(type: Type, depth = 0): fc.Arbitrary<unknown> {
	const maxLength = depth > 2 ? 2 : 5;
	switch (type.kind) {
		case "basic":
			return values[type.code];
		case "variant":
			return depth > 3
				? values.s.map((value) => new Variant("s", value as string))
				: sample(depth + 1).map(
						({ signature, value }) => new Variant(signature, value),
					);
		case "array":
			return type.element.kind === "basic" && type.element.code === "y"
				? fc.uint8Array({ maxLength: 20 })
				: fc.array(anyOf(type.element, depth + 1), { maxLength });
		case "dict":
			return fc.array(
				fc.tuple(values[type.key], anyOf(type.value, depth + 1)),
				{ maxLength },
			);
		case "struct":
			return fc.tuple(...type.fields.map((field) => anyOf(field, depth + 1)));
	}
}

/** Any type and a value of it. */
export function sample(depth = 0): fc.Arbitrary<Sample> {
	return type.chain((type) =>
		anyOf(type, depth).map((value) => ({
			signature: signatureOf(type),
			value,
		})),
	);
}

/** The types and values of a body. */
export const body: fc.Arbitrary<{ signature: string; values: unknown[] }> = fc
	.array(sample(), { maxLength: 4 })
	.map((samples) => ({
		signature: samples.map(({ signature }) => signature).join(""),
		values: samples.map(({ value }) => value),
	}))
	.filter(({ signature }) => signature.length < 256);
