import { parseSignature, signatureOf } from "@framewright/dbus-marshal";

/** The complete types of a signature, each as a signature: `a{sv}i` is `a{sv}` and `i`. Throws a `SignatureError`. */
export function splitSignature(signature: string): string[] {
	return parseSignature(signature).map(signatureOf);
}
