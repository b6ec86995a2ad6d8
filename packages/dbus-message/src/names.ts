// The names of the specification ("Valid Names"), as libdbus reads it.

const MAX_NAME = 255;

const ELEMENTS = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$/;
const MEMBER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const WELL_KNOWN = /^[A-Za-z_-][A-Za-z0-9_-]*(\.[A-Za-z_-][A-Za-z0-9_-]*)+$/;
// libdbus wants no second element here, and lets the first be empty.
const UNIQUE = /^:[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;

/** Tells whether a text is the name of an interface: `org.freedesktop.DBus.Properties`. */
export function isInterfaceName(text: string): boolean {
	return text.length <= MAX_NAME && ELEMENTS.test(text);
}

/** Tells whether a text is the name of an error: `org.freedesktop.DBus.Error.Failed`. */
export function isErrorName(text: string): boolean {
	return isInterfaceName(text);
}

/** Tells whether a text is the name of a method or a signal: `GetAll`. */
export function isMemberName(text: string): boolean {
	return text.length <= MAX_NAME && MEMBER.test(text);
}

/** Tells whether a text is a name that a bus gives to a connection: `:1.42`. */
export function isUniqueName(text: string): boolean {
	return text.length <= MAX_NAME && UNIQUE.test(text);
}

/** Tells whether a text is the name of a connection, unique or well-known: `:1.42`, `org.freedesktop.DBus`. */
export function isBusName(text: string): boolean {
	return (
		isUniqueName(text) || (text.length <= MAX_NAME && WELL_KNOWN.test(text))
	);
}
