import { Fault } from "./fault.ts";
import { faultInPath } from "./object-path.ts";
import { type BasicCode, checkSignature, SignatureError } from "./signature.ts";
import { refuse, type Sink } from "./sink.ts";

/** Writes a value of a basic type, which may be anything at all. */
export const writeBasic: Readonly<
	Record<BasicCode, (to: Sink, value: unknown) => void>
> = {
	y: (to, value) => {
		if (typeof value !== "number" || (value & 0xff) !== value)
			throw outside("y", value);
		const at = to.slot(1);
		to.bytes[at] = value;
	},
	b: (to, value) => {
		if (typeof value !== "boolean") throw wrongType("a boolean", value);
		const at = to.slot(4);
		to.view.setUint32(at, value ? 1 : 0, to.little);
	},
	n: (to, value) => {
		if (typeof value !== "number" || (value << 16) >> 16 !== value)
			throw outside("n", value);
		const at = to.slot(2);
		to.view.setInt16(at, value, to.little);
	},
	q: (to, value) => {
		if (typeof value !== "number" || (value & 0xffff) !== value)
			throw outside("q", value);
		const at = to.slot(2);
		to.view.setUint16(at, value, to.little);
	},
	i: (to, value) => {
		if (typeof value !== "number" || (value | 0) !== value)
			throw outside("i", value);
		const at = to.slot(4);
		to.view.setInt32(at, value, to.little);
	},
	u: (to, value) => {
		if (typeof value !== "number" || value >>> 0 !== value)
			throw outside("u", value);
		const at = to.slot(4);
		to.view.setUint32(at, value, to.little);
	},
	x: (to, value) => {
		if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value)
			throw outside("x", value);
		const at = to.slot(8);
		to.view.setBigInt64(at, value, to.little);
	},
	t: (to, value) => {
		if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value)
			throw outside("t", value);
		const at = to.slot(8);
		to.view.setBigUint64(at, value, to.little);
	},
	d: (to, value) => {
		if (typeof value !== "number") throw wrongType("a number", value);
		const at = to.slot(8);
		to.view.setFloat64(at, value, to.little);
	},
	s: (to, value) => {
		if (typeof value !== "string") throw wrongType("a string", value);
		to.text(value);
	},
	o: (to, value) => {
		if (typeof value !== "string") throw wrongType("an object path", value);
		const { length } = value;
		const fault = faultInPath(length, (index) => value.charCodeAt(index));
		if (fault !== -1) throw refuse(`bad object path at ${fault}`);
		to.text(value);
	},
	g: (to, value) => {
		if (typeof value !== "string") throw wrongType("a signature", value);
		checked(checkSignature, value);
		to.signature(value);
	},
	h: (to, value) => {
		if (typeof value !== "number" || value >>> 0 !== value)
			throw outside("h", value);
		const at = to.slot(4);
		to.view.setUint32(at, value, to.little);
	},
};

type IntegerCode = "y" | "n" | "q" | "i" | "u" | "x" | "t" | "h";

const integers: Readonly<Record<IntegerCode, string>> = {
	y: "an integer from 0 to 255",
	n: "an integer from -32768 to 32767",
	q: "an integer from 0 to 65535",
	i: "an integer from -2147483648 to 2147483647",
	u: "an integer from 0 to 4294967295",
	x: "a bigint from -2n ** 63n to 2n ** 63n - 1n",
	t: "a bigint from 0n to 2n ** 64n - 1n",
	h: "an index from 0 to 4294967295",
};

/** What to throw for a value that is not one of the integers that a type has. */
function outside(code: IntegerCode, value: unknown): Fault {
	const kind = code === "x" || code === "t" ? "bigint" : "number";
	return typeof value === kind
		? refuse(`expected ${integers[code]}, not ${value}`)
		: wrongType(integers[code], value);
}

/** What to throw for a value that is not even of the right kind. */
export function wrongType(expected: string, value: unknown): Fault {
	const found =
		value === null
			? "null"
			: typeof value === "object"
				? "an object"
				: typeof value;
	return new Fault(
		(path) => new TypeError(`${path}: expected ${expected}, not ${found}`),
	);
}

/** Parses the signature of a value that is being encoded. */
export function checked<T>(
	parse: (signature: string) => T,
	signature: string,
): T {
	try {
		return parse(signature);
	} catch (error) {
		if (!(error instanceof SignatureError)) throw error;
		throw refuse(error.message);
	}
}
