// A part of a package that has no types of its own.

declare module "dbus-next/lib/message.js" {
	export function unmarshall(message: Buffer): unknown;
}
