// On the wire, an `h` is an index of the descriptors that travel along. Above this file, it is the descriptor itself.

import { parseSignature, type Type, Variant } from "@framewright/dbus-marshal";

/** Stands for a descriptor that did not come, or that nobody asked for. */
export const NO_DESCRIPTOR = -1;

/** Whether values of a signature may have descriptors in them. */
export function mayHoldFds(signature: string): boolean {
	return /[hv]/.test(signature);
}

/** Puts descriptors in the place of their indexes. */
export function toDescriptors(
	signature: string,
	body: readonly unknown[],
	fds: readonly number[],
): unknown[] {
	return replaced(signature, body, (index) => fds[index] ?? NO_DESCRIPTOR);
}

/** Puts indexes in the place of descriptors, which it gathers; one that is there twice goes out once. */
export function toIndexes(
	signature: string,
	body: readonly unknown[],
): { readonly body: unknown[]; readonly fds: number[] } {
	const fds: number[] = [];
	const indexed = replaced(signature, body, (fd) => {
		const known = fds.indexOf(fd);
		return known >= 0 ? known : fds.push(fd) - 1;
	});
	return { body: indexed, fds };
}

type Replace = (h: number) => number;

function replaced(
	signature: string,
	body: readonly unknown[],
	replace: Replace,
): unknown[] {
	return parseSignature(signature).map((type, i) =>
		walk(type, body[i], replace),
	);
}

// What is not of its type is left as it is: the encoder says what is wrong with it.
function walk(type: Type, value: unknown, replace: Replace): unknown {
	switch (type.kind) {
		case "basic":
			return type.code === "h" && typeof value === "number"
				? replace(value)
				: value;
		case "variant":
			if (!(value instanceof Variant) || !mayHoldFds(value.signature))
				return value;
			return new Variant<string, unknown>(
				value.signature,
				replaced(value.signature, [value.value], replace)[0],
			);
		case "array":
			return Array.isArray(value)
				? value.map((element) => walk(type.element, element, replace))
				: value;
		case "struct":
			return Array.isArray(value)
				? value.map((field, i) =>
						i < type.fields.length
							? walk(type.fields[i] as Type, field, replace)
							: field,
					)
				: value;
		case "dict":
			return walkDict(type.key, type.value, value, replace);
	}
}

function walkDict(
	key: string,
	type: Type,
	value: unknown,
	replace: Replace,
): unknown {
	if (typeof value !== "object" || value === null) return value;
	const isIterable = Symbol.iterator in value;
	const entries = isIterable
		? [...(value as Iterable<readonly [unknown, unknown]>)]
		: Object.entries(value);
	const walked = entries.map(
		([k, v]) =>
			[
				key === "h" ? walk({ kind: "basic", code: "h" }, k, replace) : k,
				walk(type, v, replace),
			] as const,
	);
	return value instanceof Map || !isIterable ? new Map(walked) : walked;
}
