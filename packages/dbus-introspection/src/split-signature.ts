import { parseSignature, type Type } from "@framewright/dbus-marshal";

/** The complete types of a signature, each as a signature: `a{sv}i` is `a{sv}` and `i`. Throws a `SignatureError`. */
export function splitSignature(signature: string): string[] {
	return parseSignature(signature).map(signatureOf);
}

function signatureOf(type: Type): string {
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
