import type { Write } from "./encode.ts";
import { writeBasic, wrongType } from "./encode-basic.ts";
import { stepTo, within } from "./fault.ts";
import type { BasicCode } from "./signature.ts";
import { checkDepth, type Sink } from "./sink.ts";

/** Writes dicts: maps, other iterables of pairs, and objects. */
export function writeDict(code: BasicCode, writeValue: Write): Write {
	const writeKey = writeBasic[code];
	const parseKey = keyParser(code);

	function writeEntry(
		to: Sink,
		key: unknown,
		value: unknown,
		depth: number,
		count: number,
	): void {
		let step: string | undefined = `.key[${count}]`;
		try {
			to.align8();
			writeKey(to, key);
			step = undefined;
			writeValue(to, value, depth);
		} catch (thrown) {
			throw within(thrown, step ?? stepTo(key));
		}
	}

	return (to, value, depth) => {
		if (typeof value !== "object" || value === null)
			throw wrongType("a Map, an object, or an iterable of pairs", value);
		const head = to.beginArray(8);
		// The array, and its entries.
		const inside = depth + 2;
		let count = 0;
		if (isIterable(value)) {
			for (const pair of value) {
				if (count === 0) checkDepth(inside);
				if (!Array.isArray(pair))
					throw within(wrongType("a pair", pair), `.entry[${count}]`);
				writeEntry(to, pair[0], pair[1], inside, count++);
			}
		} else {
			for (const name of Object.keys(value)) {
				if (count === 0) checkDepth(inside);
				const inner = (value as Record<string, unknown>)[name];
				writeEntry(to, parseKey(name), inner, inside, count++);
			}
		}
		to.endArray(head, 8);
	};
}

function isIterable(value: object): value is Iterable<unknown> {
	return (
		typeof (value as { [Symbol.iterator]?: unknown })[Symbol.iterator] ===
		"function"
	);
}

/** Turns the name of a property back into the key that it was made of; what is none stays, and is refused when written. */
function keyParser(code: BasicCode): (name: string) => unknown {
	switch (code) {
		case "s":
		case "o":
		case "g":
			return (name) => name;
		case "b":
			return (name) =>
				name === "true" ? true : name === "false" ? false : name;
		case "x":
		case "t":
			return (name) => (/^-?[0-9]{1,20}$/.test(name) ? BigInt(name) : name);
		default:
			return (name) => {
				const number = Number(name);
				return String(number) === name ? number : name;
			};
	}
}
