import type { ByteWriter } from "@framewright/codec";
import { DecodeCompiler } from "./decode.ts";
import { MAX_MESSAGE } from "./limits.ts";
import type { DictForm } from "./types.ts";

/** How values come out of `decode`, and what they are called in errors. */
export interface MarshalOptions<D extends DictForm = DictForm> {
	/** Dicts are Maps, objects without a prototype, or arrays of pairs. Default: `"map"`. */
	readonly dict?: D;
	/** Whether an `ay` has memory of its own, or is a view of the input. Default: `"copy"`. */
	readonly bytes?: "copy" | "view";
	/** The start of the path in errors. Default: `"value"`, or `"body"` for a body. */
	readonly name?: string;
}

/** Where and how values lie in a message. */
export interface WireOptions {
	/** Default: `"little"`. */
	readonly endianness?: "little" | "big";
	/** Where in the message the first byte is: alignment and the offsets of errors count from the message's start. Default: 0. */
	readonly position?: number;
}

/** Turns values of one signature into bytes, and back. Stateless: a `Codec` of `@framewright/codec`, with options. */
export interface Marshaller<Value, Input = Value> {
	readonly signature: string;
	/** Encodes a value. Throws a TypeError or a RangeError for one that does not fit. */
	encode(value: Input, options?: WireOptions): Uint8Array;
	/** Appends the encoded value, or nothing if it throws. */
	encodeInto(value: Input, writer: ByteWriter, options?: WireOptions): void;
	/**
	 * Encodes a value with an `ay` of 128 KiB or more in it, without a copy of that: returns the pieces to write, in order, the
	 * `ay` itself among them. Returns `undefined` for any other value, which `encode` had better copy, and for one that has
	 * such bytes only inside arrays and dicts. Throws as `encode` does.
	 */
	encodeByReference(
		value: Input,
		options?: WireOptions,
	): Uint8Array[] | undefined;
	/** Decodes all of `bytes`. Throws nothing but a DecodeError, whose `part` is the path of the value at fault. */
	decode(bytes: Uint8Array, options?: WireOptions): Value;
}

const compilers = new Map<string, DecodeCompiler>();

/** The compiler for a form of values: one for all codecs, so that they share what they know of variants. */
export function decodeCompiler({
	dict = "map",
	bytes = "copy",
}: MarshalOptions): DecodeCompiler {
	if (dict !== "map" && dict !== "object" && dict !== "entries")
		throw new RangeError(
			`dict must be "map", "object" or "entries", not ${String(dict)}`,
		);
	if (bytes !== "copy" && bytes !== "view")
		throw new RangeError(
			`bytes must be "copy" or "view", not ${String(bytes)}`,
		);
	const form = `${dict} ${bytes}`;
	let compiler = compilers.get(form);
	if (compiler === undefined) {
		compiler = new DecodeCompiler({ dict, bytes });
		compilers.set(form, compiler);
	}
	return compiler;
}

/** Checks how values lie in a message; says whether they are little-endian. */
export function isLittle(
	endianness: "little" | "big" | undefined,
	position: number,
): boolean {
	if (!(Number.isInteger(position) && position >= 0 && position <= MAX_MESSAGE))
		throw new RangeError(
			`position must be an integer from 0 to ${MAX_MESSAGE}, not ${position}`,
		);
	if (endianness === "big") return false;
	if (endianness === undefined || endianness === "little") return true;
	throw new RangeError(
		`endianness must be "little" or "big", not ${String(endianness)}`,
	);
}
