import fc from "fast-check";

/** One change to some bytes, at a part of their length. */
export interface Mutation {
	readonly kind: "set" | "add" | "cut" | "insert" | "remove";
	readonly where: number;
	readonly byte: number;
}

/** Changes that lengths, padding and grammars notice, more often than others. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
	fc.record({
		kind: fc.constantFrom(
			"set",
			"set",
			"set",
			"add",
			"cut",
			"insert",
			"remove",
		),
		where: fc.nat({ max: 999_999 }).map((n) => n / 1_000_000),
		byte: fc.oneof(
			fc.constantFrom(
				0,
				1,
				2,
				4,
				8,
				255,
				..."asv({y)}g/".split("").map((c) => c.charCodeAt(0)),
			),
			fc.nat({ max: 255 }),
		),
	}),
	{ minLength: 1, maxLength: 3 },
);

export function mutate(
	bytes: Uint8Array,
	changes: readonly Mutation[],
): Uint8Array {
	const list = [...bytes];
	for (const { kind, where, byte } of changes) {
		const at = Math.floor(where * list.length);
		if (kind === "insert") list.splice(at, 0, byte);
		else if (kind === "remove") list.splice(at, 1);
		else if (kind === "cut") list.length = at;
		else if (at < list.length)
			list[at] = kind === "set" ? byte : ((list[at] as number) + byte) & 255;
	}
	return Uint8Array.from(list);
}

/**
 * Says whether a value that was decoded from `bytes` and encoded again came out the same. JavaScript knows only one NaN:
 * where both have one, they may differ.
 */
export function sameButForNaN(
	bytes: Uint8Array,
	again: Uint8Array,
	little: boolean,
	position: number,
): boolean {
	if (bytes.length !== again.length) return false;
	for (let at = 0; at < bytes.length; at++) {
		if (bytes[at] === again[at]) continue;
		const word = ((position + at) & ~7) - position;
		for (const { buffer, byteOffset, length } of [bytes, again]) {
			if (word < 0 || word + 8 > length) return false;
			const view = new DataView(buffer, byteOffset);
			if (!Number.isNaN(view.getFloat64(word, little))) return false;
		}
	}
	return true;
}
