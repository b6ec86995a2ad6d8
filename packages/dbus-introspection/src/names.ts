const ELEMENTS = "[A-Za-z0-9_]+(?:/[A-Za-z0-9_]+)*";
const ABSOLUTE = new RegExp(`^/(?:${ELEMENTS})?$`);
const RELATIVE = new RegExp(`^${ELEMENTS}$`);

/** Tells whether a text is an object path: `/com/example/Clock`. */
export function isAbsolutePath(text: string): boolean {
	return ABSOLUTE.test(text);
}

/** Tells whether a text is what may follow an object path and a slash: `alarms/7`. */
export function isRelativePath(text: string): boolean {
	return RELATIVE.test(text);
}
