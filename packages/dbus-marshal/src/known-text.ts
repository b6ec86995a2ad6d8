/** How many short strings are kept. */
const KEPT = 512;

/** The most bytes of one. */
const SHORT = 64;

/** One string for each hash: what was met last. */
const kept = new Array<string>(KEPT).fill("");

/** Makes a string with a character for each byte, or finds one: a string that is there already needs no memory, nor a hash. */
export function knownText(bytes: Uint8Array, at: number, end: number): string {
	if (end - at > SHORT) return newText(bytes, at, end);
	let hash = end - at;
	for (let index = at; index < end; index++)
		hash = (Math.imul(hash, 31) + (bytes[index] as number)) | 0;
	const slot = (hash ^ (hash >>> 9)) & (KEPT - 1);
	const known = kept[slot] as string;
	if (isText(known, bytes, at, end)) return known;
	const text = newText(bytes, at, end);
	kept[slot] = text;
	return text;
}

function isText(
	text: string,
	bytes: Uint8Array,
	at: number,
	end: number,
): boolean {
	if (text.length !== end - at) return false;
	for (let index = at; index < end; index++)
		if (text.charCodeAt(index - at) !== bytes[index]) return false;
	return true;
}

function newText(bytes: Uint8Array, at: number, end: number): string {
	let text = "";
	for (let index = at; index < end; index++)
		text += String.fromCharCode(bytes[index] as number);
	return text;
}
