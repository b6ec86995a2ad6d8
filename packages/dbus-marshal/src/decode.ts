import { readBasic } from "./decode-basic.ts";
import { readDict } from "./decode-dict.ts";
import { readFixedArray } from "./decode-fixed-array.ts";
import { readVariant } from "./decode-variant.ts";
import { within } from "./fault.ts";
import type { Reader } from "./reader.ts";
import type { Type } from "./signature.ts";
import type { DictForm } from "./types.ts";

/** Reads a value that is inside `depth` containers. Made once for a type, run for each of its values. */
export type Read = (from: Reader, depth: number) => unknown;

/** How values come out. */
export interface DecodeForm {
	readonly bytes: "copy" | "view";
	readonly dict: DictForm;
}

/** Compiles types into closures. */
export class DecodeCompiler {
	readonly #form: DecodeForm;
	readonly #variant: Read;

	constructor(form: DecodeForm) {
		this.#form = form;
		this.#variant = readVariant((type) => this.compile(type));
	}

	compile(type: Type): Read {
		switch (type.kind) {
			case "basic":
				return readBasic[type.code];
			case "variant":
				return this.#variant;
			case "struct":
				return readStruct(type.fields.map((field) => this.compile(field)));
			case "dict":
				return readDict(
					readBasic[type.key],
					this.compile(type.value),
					this.#form.dict,
				);
			case "array":
				return this.#array(type.element);
		}
	}

	#array(element: Type): Read {
		if (element.kind !== "basic")
			return readArray(
				this.compile(element),
				element.kind === "struct" ? 8 : 4,
			);
		const { code } = element;
		if (code === "y") return this.#form.bytes === "copy" ? readCopy : readView;
		return code === "s" || code === "o" || code === "g"
			? readArray(readBasic[code], 4)
			: readFixedArray(code);
	}
}

const readCopy: Read = (from) => {
	const end = from.arrayEnd(1);
	// Not slice(): that fills the memory with zeros before it copies.
	const copy = new Uint8Array(from.bytes.subarray(from.at, end));
	from.at = end;
	return copy;
};

const readView: Read = (from) => {
	const end = from.arrayEnd(1);
	const view = from.bytes.subarray(from.at, end);
	from.at = end;
	return view;
};

function readArray(element: Read, alignment: number): Read {
	return (from, depth) => {
		const values: unknown[] = [];
		const end = from.arrayEnd(alignment);
		if (from.at === end) return values;
		from.deep(depth + 1);
		try {
			while (from.at < end) values.push(element(from, depth + 1));
		} catch (thrown) {
			throw within(thrown, `[${values.length}]`);
		}
		from.finish(end);
		return values;
	};
}

function readStruct(fields: readonly Read[]): Read {
	const readAll = readTuple(fields);
	return (from, depth) => {
		from.align(8);
		from.deep(depth + 1);
		return readAll(from, depth + 1);
	};
}

/** Reads the fields of a struct, or the values of a body. */
export function readTuple(
	fields: readonly Read[],
): (from: Reader, depth: number) => unknown[] {
	const { length } = fields;
	return (from, depth) => {
		const values = new Array<unknown>(length);
		let index = 0;
		try {
			for (; index < length; index++)
				values[index] = (fields[index] as Read)(from, depth);
		} catch (thrown) {
			throw within(thrown, `[${index}]`);
		}
		return values;
	};
}
