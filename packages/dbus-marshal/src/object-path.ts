const SLASH = 0x2f;

/** The index of the first fault in an object path, or -1 if there is none. `at` gives the characters, in ASCII. */
export function faultInPath(
	length: number,
	at: (index: number) => number,
): number {
	if (length === 0 || at(0) !== SLASH) return 0;
	if (length === 1) return -1;
	let slash = true;
	for (let index = 1; index < length; index++) {
		const code = at(index);
		if (code === SLASH ? slash : !isElement(code)) return index;
		slash = code === SLASH;
	}
	return slash ? length - 1 : -1;
}

/** Says whether an element of a path may have the character. */
function isElement(code: number): boolean {
	return (
		(code >= 0x61 && code <= 0x7a) || // a-z
		(code >= 0x41 && code <= 0x5a) || // A-Z
		(code >= 0x30 && code <= 0x39) || // 0-9
		code === 0x5f // _
	);
}
