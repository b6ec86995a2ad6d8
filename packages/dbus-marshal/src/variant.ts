import { parseType } from "./signature.ts";
import type { CheckedType, InputOf, ValueOf } from "./types.ts";

/** Keeps a value together with its type, as it is on the wire, so that nothing is lost between `decode` and `encode`. */
export class Variant<S extends string = string, Value = ValueOf<S>> {
	/** One is always alive: an engine forgets the shape of a class with its last object, and the code compiled for it. */
	protected static readonly kept: Variant = new Variant("", undefined);
	readonly signature: S;
	readonly value: Value;

	/** Takes the signature as it is: `variant` checks it, and so does `encode`. */
	constructor(signature: S, value: Value) {
		this.signature = signature;
		this.value = value;
	}

	/** Says whether the value is of a type, and tells the compiler: `if (volume.is("d")) volume.value.toFixed(2)`. */
	is<T extends string>(signature: T): this is Variant<T> {
		return (this.signature as string) === signature;
	}
}

/** Makes a variant to send: `variant("as", ["a", "b"])`. Throws a `SignatureError`. */
export function variant<const S extends string>(
	signature: CheckedType<S>,
	value: InputOf<S>,
): Variant<S, InputOf<S>> {
	parseType(signature);
	return new Variant<S, InputOf<S>>(signature as S, value);
}
