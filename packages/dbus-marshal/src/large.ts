import type { Type } from "./signature.ts";
import { BY_REFERENCE } from "./sink.ts";
import { Variant } from "./variant.ts";

/**
 * Tells whether there are bytes in a value that had better be handed on than copied. It is asked of every value, so it only
 * looks where it need not search: not into arrays and dicts.
 */
export type Large = (value: unknown) => boolean;

/** Compiles a type into that question; undefined where the answer is always no. */
export function compileLarge(type: Type): Large | undefined {
	switch (type.kind) {
		case "array":
			return type.element.kind === "basic" && type.element.code === "y"
				? isLarge
				: undefined;
		case "variant":
			return (value) => value instanceof Variant && isLarge(value.value);
		case "struct":
			return anyLarge(type.fields);
		default:
			return undefined;
	}
}

/** The same for the fields of a struct, or the values of a body. */
export function anyLarge(types: readonly Type[]): Large | undefined {
	const questions = types.flatMap((type, index) => {
		const large = compileLarge(type);
		return large === undefined ? [] : [{ large, index }];
	});
	if (questions.length === 0) return undefined;
	return (values) =>
		Array.isArray(values) &&
		questions.some(({ large, index }) => large(values[index]));
}

function isLarge(value: unknown): boolean {
	return value instanceof Uint8Array && value.length >= BY_REFERENCE;
}
