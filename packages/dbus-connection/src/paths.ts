const PATH = /^\/(?:[A-Za-z0-9_]+(?:\/[A-Za-z0-9_]+)*)?$/;

/** Tells whether a text is an object path ("Valid Object Paths"). */
export function isObjectPath(text: string): boolean {
	return PATH.test(text);
}
