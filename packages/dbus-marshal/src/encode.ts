import { sizes } from "./decode-fixed-array.ts";
import { checked, writeBasic, wrongType } from "./encode-basic.ts";
import { writeDict } from "./encode-dict.ts";
import { within } from "./fault.ts";
import { MAX_ARRAY } from "./limits.ts";
import { parseType, type Type } from "./signature.ts";
import {
	BY_REFERENCE,
	checkDepth,
	refuse,
	type Sink,
	tooLong,
} from "./sink.ts";
import { Variant } from "./variant.ts";

/** Writes a value that is inside `depth` containers. Made once for a type, run for each of its values. */
export type Write = (to: Sink, value: unknown, depth: number) => void;

/** How many signatures of variants are kept compiled. */
const KNOWN = 256;

const known = new Map<string, Write>();

/** Compiles a type into a closure. */
export function compileWrite(type: Type): Write {
	switch (type.kind) {
		case "basic":
			return writeBasic[type.code];
		case "variant":
			return writeVariant;
		case "struct":
			return writeStruct(type.fields.map(compileWrite));
		case "dict":
			return writeDict(type.key, compileWrite(type.value));
		case "array":
			return compileArray(type.element);
	}
}

function compileArray(element: Type): Write {
	const write = compileWrite(element);
	if (element.kind !== "basic")
		return writeArray(write, element.kind === "struct" ? 8 : 4, 1);
	const { code } = element;
	if (code === "y") return writeBytes;
	// An array of fixed-size values does not count as a level: libdbus looks at no single one of them.
	return code === "s" || code === "o" || code === "g"
		? writeArray(write, 4, 1)
		: writeArray(write, sizes[code], 0);
}

const writeBytes: Write = (to, value) => {
	if (!(value instanceof Uint8Array)) throw wrongType("a Uint8Array", value);
	const { length } = value;
	if (length > MAX_ARRAY) throw tooLong(length);
	if (length < BY_REFERENCE) to.roomFor(length);
	const head = to.slot(4);
	to.view.setUint32(head, length, to.little);
	to.bytesOf(value);
};

const writeVariant: Write = (to, value, depth) => {
	if (!(value instanceof Variant)) throw wrongType("a Variant", value);
	const { signature, value: inner } = value as Variant;
	if (typeof signature !== "string")
		throw wrongType("a Variant with a signature", signature);
	const write = known.get(signature) ?? learn(signature);
	to.signature(signature);
	try {
		checkDepth(depth + 1);
		write(to, inner, depth + 1);
	} catch (thrown) {
		throw within(thrown, ".v");
	}
};

function learn(signature: string): Write {
	const write = compileWrite(checked(parseType, signature));
	if (known.size === KNOWN) known.clear();
	known.set(signature, write);
	return write;
}

function writeArray(element: Write, alignment: number, levels: number): Write {
	return (to, value, depth) => {
		if (!Array.isArray(value)) throw wrongType("an array", value);
		const head = to.beginArray(alignment);
		if (value.length > 0) checkDepth(depth + levels);
		let index = 0;
		try {
			for (; index < value.length; index++)
				element(to, value[index], depth + levels);
		} catch (thrown) {
			throw within(thrown, `[${index}]`);
		}
		to.endArray(head, alignment);
	};
}

function writeStruct(fields: readonly Write[]): Write {
	const writeAll = writeTuple(fields);
	return (to, value, depth) => {
		checkDepth(depth + 1);
		to.align8();
		writeAll(to, value, depth + 1);
	};
}

/** Writes the fields of a struct, or the values of a body. */
export function writeTuple(fields: readonly Write[]): Write {
	const { length } = fields;
	return (to, values, depth) => {
		if (!Array.isArray(values)) throw wrongType("an array", values);
		if (values.length !== length)
			throw refuse(`expected ${length} values, not ${values.length}`);
		let index = 0;
		try {
			for (; index < length; index++)
				(fields[index] as Write)(to, values[index], depth);
		} catch (thrown) {
			throw within(thrown, `[${index}]`);
		}
	};
}
