/** How deep values are followed: deeper ones than any protocol nests are a cycle. */
const MOST_DEPTH = 5000;

/** Set where an object has a prototype that came out of the input, as `{}["__proto__"] = value` makes it. */
const STRANGE = "(a prototype from the input) ";

/** Tells whether an item that was written down has an object whose prototype came out of the input. */
export function hasStrangePrototype(text: string): boolean {
	return text.includes(STRANGE);
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
	byte.toString(16).padStart(2, "0"),
);

/**
 * Writes an item down, completely, so that two items are the same exactly if their texts are: bytes in hex, -0 and 0 apart,
 * classes by name. It is a copy: what happens to the item later leaves it alone.
 */
export function writeDown(value: unknown): string {
	return write(value, "-0", 0);
}

/** Writes an item of JSON down, where -0 is sent as 0. */
export function writeDownJson(value: unknown): string {
	return write(value, "0", 0);
}

// Taken before anyone wraps it: what is written down is nobody's work.
const { stringify } = JSON;

/** Up to so many characters, a look at each one is quicker than a call. */
const SHORT = 32;

/** Puts a string in quotes, with escapes where it needs them. */
function quote(text: string): string {
	const { length } = text;
	if (length > SHORT) return stringify(text);
	for (let i = 0; i < length; i++) {
		const unit = text.charCodeAt(i);
		// Only of ASCII; of that not the controls, the quote and the backslash.
		if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c)
			return stringify(text);
	}
	return `"${text}"`;
}

function write(value: unknown, minusZero: string, depth: number): string {
	switch (typeof value) {
		case "string":
			return quote(value);
		case "number":
			return Object.is(value, -0) ? minusZero : String(value);
		case "bigint":
			return `${value}n`;
		case "object":
			return value === null ? "null" : writeObject(value, minusZero, depth + 1);
		default:
			return String(value);
	}
}

function writeObject(value: object, minusZero: string, depth: number): string {
	if (depth > MOST_DEPTH) return "...";
	if (value instanceof Uint8Array) return hex(value);
	if (Array.isArray(value)) {
		let text = "[";
		for (let i = 0; i < value.length; i++)
			text += (i === 0 ? "" : ", ") + write(value[i], minusZero, depth);
		return `${text}]`;
	}
	if (value instanceof Map || value instanceof Set)
		return `${value.constructor.name} ${writeObject([...value], minusZero, depth)}`;
	if (ArrayBuffer.isView(value) || value instanceof Date)
		return `${value.constructor.name} ${String(value)}`;
	let text = nameOf(value);
	let separator = "{ ";
	for (const key of Object.keys(value)) {
		const field = (value as Record<string, unknown>)[key];
		text += `${separator}${quote(key)}: ${write(field, minusZero, depth)}`;
		separator = ", ";
	}
	return separator === "{ " ? `${text}{}` : `${text} }`;
}

/** The name of a class in front of its fields; nothing for plain objects. */
function nameOf(value: object): string {
	const prototype: unknown = Object.getPrototypeOf(value);
	if (prototype === Object.prototype) return "";
	if (prototype === null) return "(no prototype) ";
	const maker = Object.getOwnPropertyDescriptor(prototype, "constructor");
	return typeof maker?.value === "function" ? `${maker.value.name} ` : STRANGE;
}

/** Writes bytes in hex, as `Buffer` does: without one, since natives are wrapped while fuzzing. */
export function hex(bytes: Uint8Array): string {
	let text = "<";
	for (let i = 0; i < bytes.length; i++) {
		if (i > 0) text += " ";
		text += HEX[bytes[i] as number];
	}
	return `${text}>`;
}
