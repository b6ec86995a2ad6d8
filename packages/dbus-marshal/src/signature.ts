import type { DecodeErrorCode } from "@framewright/codec";
import { MAX_NESTING, MAX_SIGNATURE } from "./limits.ts";

/** The code of a type whose values hold no other values. */
export type BasicCode =
	| "y"
	| "b"
	| "n"
	| "q"
	| "i"
	| "u"
	| "x"
	| "t"
	| "d"
	| "s"
	| "o"
	| "g"
	| "h";

/** One complete type. */
export type Type =
	| { readonly kind: "basic"; readonly code: BasicCode }
	| { readonly kind: "variant" }
	| { readonly kind: "array"; readonly element: Type }
	| {
			readonly kind: "dict";
			readonly key: BasicCode;
			readonly value: Type;
	  }
	| { readonly kind: "struct"; readonly fields: readonly Type[] };

/** Reports a signature that breaks the grammar, or nests too deeply. */
export class SignatureError extends RangeError {
	override readonly name = "SignatureError";
	readonly code: DecodeErrorCode;
	/** What is wrong, without the signature. */
	readonly reason: string;
	/** Where in the signature. */
	readonly index: number;

	constructor(
		signature: string,
		index: number,
		reason: string,
		code: DecodeErrorCode = "invalid-syntax",
	) {
		super(`Signature ${JSON.stringify(signature)} at ${index}: ${reason}`);
		this.code = code;
		this.reason = reason;
		this.index = index;
	}
}

/**
 * Reads a signature: zero or more complete types.
 *
 *     parseSignature("a{sv}i")   // [{ kind: "dict", key: "s", value: { kind: "variant" } }, { kind: "basic", code: "i" }]
 *
 * Throws a `SignatureError`.
 */
export function parseSignature(signature: string): readonly Type[] {
	if (signature.length > MAX_SIGNATURE)
		throw new SignatureError(
			signature.slice(0, 32),
			MAX_SIGNATURE,
			`a signature may have ${MAX_SIGNATURE} characters at most, not ${signature.length}`,
			"too-large",
		);
	return new Parser(signature).all();
}

/** How many signatures are remembered as valid. */
const KNOWN = 256;

const valid = new Set<string>();

/** Checks a signature: those of messages are the same again and again. Throws a `SignatureError`. */
export function checkSignature(signature: string): void {
	if (valid.has(signature)) return;
	parseSignature(signature);
	if (valid.size === KNOWN) valid.clear();
	valid.add(signature);
}

/** Reads a signature that must be one complete type. */
export function parseType(signature: string): Type {
	const [type, second] = parseSignature(signature);
	if (type === undefined)
		throw new SignatureError(signature, 0, "a complete type is missing");
	if (second !== undefined)
		throw new SignatureError(
			signature,
			0,
			"there must be one complete type, not several",
		);
	return type;
}

/** Says whether a code is that of a basic type. */
function isBasic(code: string | undefined): code is BasicCode {
	return code !== undefined && "ybnqiuxtdsogh".includes(code);
}

class Parser {
	readonly #text: string;
	#at = 0;
	// An array inside another counts only if nothing is between them: libdbus reads the specification so.
	#structs = 0;
	#dicts = 0;

	constructor(text: string) {
		this.#text = text;
	}

	all(): readonly Type[] {
		const types: Type[] = [];
		while (this.#at < this.#text.length) types.push(this.#complete(0));
		return types;
	}

	/** Reads one complete type, directly inside `arrays` arrays. */
	#complete(arrays: number): Type {
		const code = this.#text[this.#at];
		if (isBasic(code)) {
			this.#at += 1;
			return { kind: "basic", code };
		}
		switch (code) {
			case "v":
				this.#at += 1;
				return { kind: "variant" };
			case "a":
				this.#within(arrays + 1, "arrays");
				this.#at += 1;
				return this.#text[this.#at] === "{"
					? this.#dict()
					: { kind: "array", element: this.#complete(arrays + 1) };
			case "(":
				return this.#struct();
			case "{":
				throw this.#error("a dict entry may only be the element of an array");
			case undefined:
				throw this.#error("a complete type is missing at the end");
			default:
				throw this.#error(
					code === ")" || code === "}"
						? `a complete type is missing before ${code}`
						: `${JSON.stringify(code)} is not the code of a type`,
				);
		}
	}

	#struct(): Type {
		this.#structs += 1;
		this.#within(this.#structs, "structs");
		this.#at += 1;
		const fields = [this.#complete(0)];
		while (this.#text[this.#at] !== ")") fields.push(this.#complete(0));
		this.#at += 1;
		this.#structs -= 1;
		return { kind: "struct", fields };
	}

	#dict(): Type {
		this.#dicts += 1;
		this.#within(this.#dicts, "dict entries");
		this.#at += 1;
		const key = this.#text[this.#at];
		if (!isBasic(key)) throw this.#error("the key of a dict must be basic");
		this.#at += 1;
		const value = this.#complete(0);
		if (this.#text[this.#at] !== "}")
			throw this.#error("a dict entry must have one key and one value");
		this.#at += 1;
		this.#dicts -= 1;
		return { kind: "dict", key, value };
	}

	#within(count: number, what: string): void {
		if (count > MAX_NESTING)
			throw this.#error(`more than ${MAX_NESTING} nested ${what}`, "too-deep");
	}

	#error(reason: string, code?: DecodeErrorCode): SignatureError {
		return new SignatureError(this.#text, this.#at, reason, code);
	}
}

/** Writes a complete type, as `parseSignature` reads it: `{ kind: "array", element: s }` is `as`. */
export function signatureOf(type: Type): string {
	switch (type.kind) {
		case "basic":
			return type.code;
		case "variant":
			return "v";
		case "array":
			return `a${signatureOf(type.element)}`;
		case "dict":
			return `a{${type.key}${signatureOf(type.value)}}`;
		case "struct":
			return `(${type.fields.map(signatureOf).join("")})`;
	}
}
