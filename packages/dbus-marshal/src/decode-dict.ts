import type { Read } from "./decode.ts";
import { stepTo, within } from "./fault.ts";
import type { Reader } from "./reader.ts";
import type { DictForm } from "./types.ts";

/** How a dict comes to be in one of its forms. */
interface Maker {
	readonly make: () => unknown;
	readonly add: (dict: unknown, key: unknown, value: unknown) => void;
}

const makers: Readonly<Record<DictForm, Maker>> = {
	map: {
		make: () => new Map(),
		add: (dict, key, value) => (dict as Map<unknown, unknown>).set(key, value),
	},
	object: {
		// Without a prototype, "__proto__" is a key like others.
		make: () => Object.create(null),
		add: (dict, key, value) => {
			(dict as Record<string, unknown>)[String(key)] = value;
		},
	},
	entries: {
		make: () => [],
		add: (dict, key, value) => (dict as unknown[]).push([key, value]),
	},
};

/** Says that the key of an entry was not read yet. */
const NONE = Symbol();

/** Reads dicts. Of several entries with the same key, a map or an object keeps the last. */
export function readDict(
	readKey: (from: Reader) => unknown,
	readValue: Read,
	form: DictForm,
): Read {
	const { make, add } = makers[form];
	return (from, depth) => {
		const dict = make();
		const end = from.arrayEnd(8);
		if (from.at === end) return dict;
		// The array, and its entries.
		const inside = depth + 2;
		from.deep(inside);
		let count = 0;
		let key: unknown = NONE;
		try {
			for (; from.at < end; count++) {
				key = NONE;
				from.align(8);
				key = readKey(from);
				add(dict, key, readValue(from, inside));
			}
		} catch (thrown) {
			throw within(thrown, key === NONE ? `.key[${count}]` : stepTo(key));
		}
		from.finish(end);
		return dict;
	};
}
