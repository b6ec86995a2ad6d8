// Finds where JSON values end, without making anything of them. That each of them is JSON is for a parser to say; what
// matters here is that a place is never taken for the end of a value that is not: brackets count outside strings only.

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

// Each function returns an index, or a negative number for what has none: TOO_DEEP, or the place of what is not JSON.

/** Nested deeper than allowed. */
export const TOO_DEEP = -1;

/** Says that what is at `at` makes a text no JSON, whatever follows. */
export function unexpected(at: number): number {
	return -2 - at;
}

/** Tells of what a negative number says is not JSON. */
export function describeUnexpected(text: string, result: number): string {
	const at = -2 - result;
	const point = text.codePointAt(at);
	return `Unexpected ${point === undefined ? "end" : JSON.stringify(String.fromCodePoint(point))} at position ${at}`;
}

// Longer strings are searched by the engine: the loop finds the end of a short one before that search has begun.
const SHORT = 32;

/** Returns the index of the first character at or after `at` that is no white space (RFC 8259, section 2). */
export function skipWhite(text: string, at: number): number {
	let i = at;
	let c = text.charCodeAt(i);
	while (c <= 0x20 && (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09)) {
		i += 1;
		c = text.charCodeAt(i);
	}
	return i;
}

/** Returns the index behind the string that begins at `at`, if it ends. */
export function endOfString(text: string, at: number): number {
	let i = at + 1;
	for (const end = i + SHORT; i < end; i++) {
		const c = text.charCodeAt(i);
		if (c === QUOTE) return i + 1;
		if (c === BACKSLASH) i += 1;
	}
	for (;;) {
		i = text.indexOf('"', i);
		if (i === -1) return unexpected(text.length);
		// A quote is part of the string if an odd number of backslashes stands before it.
		let before = i;
		while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
		i += 1;
		if ((i - before) % 2 === 1) return i;
	}
}

/** Returns the index behind the value that begins at `at`, or `TOO_DEEP` if it has more than `maxDepth` levels. */
export function endOfValue(text: string, at: number, maxDepth: number): number {
	const first = text.charCodeAt(at);
	if (first === QUOTE) return endOfString(text, at);
	if (first === OPEN_BRACE || first === OPEN_BRACKET)
		return endOfContainer(text, at, maxDepth);
	let i = at;
	while (isScalar(text.charCodeAt(i))) i += 1;
	return i === at ? unexpected(at) : i;
}

/** Whether a character can be one of a number, true, false or null; NaN, behind the end of the text, cannot. */
function isScalar(c: number): boolean {
	return (
		(c >= 0x61 && c <= 0x7a) ||
		(c >= 0x2b && c <= 0x39 && c !== COMMA) ||
		c === 0x45
	);
}

function endOfContainer(text: string, at: number, maxDepth: number): number {
	const { length } = text;
	let depth = 0;
	for (let i = at; i < length; i++) {
		const c = text.charCodeAt(i);
		if (c === QUOTE) {
			const end = endOfString(text, i);
			if (end < 0) return end;
			i = end - 1;
		} else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
			depth += 1;
			if (depth > maxDepth) return TOO_DEEP;
		} else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) {
			depth -= 1;
			if (depth === 0) return i + 1;
		}
	}
	return unexpected(length);
}

/** Goes through the members of an object, one after the other. */
export class ObjectCursor {
	/** Where the name of the current member starts, at its quote. */
	nameStart = 0;
	/** Where the current value starts, and behind it. */
	start = 0;
	/** Behind the current value; behind the object, once `next` has returned 0. */
	end = 0;
	readonly text: string;
	readonly #at: number;
	readonly #maxDepth: number;
	#nameEnd = 0;

	/** Starts at the brace of an object that may have `maxDepth` levels, itself included. */
	constructor(text: string, at: number, maxDepth: number) {
		this.text = text;
		this.#at = at;
		this.#maxDepth = maxDepth;
	}

	/** Moves to the next member: returns 1, or 0 behind the last one. */
	next(): number {
		const { text } = this;
		if (this.#maxDepth < 1) return TOO_DEEP;
		const isFirst = this.end === 0;
		let i = skipWhite(text, isFirst ? this.#at + 1 : this.end);
		const c = text.charCodeAt(i);
		if (c === CLOSE_BRACE) {
			this.end = i + 1;
			return 0;
		}
		if (!isFirst) {
			if (c !== COMMA) return unexpected(i);
			i = skipWhite(text, i + 1);
		}
		if (text.charCodeAt(i) !== QUOTE) return unexpected(i);
		this.nameStart = i;
		this.#nameEnd = endOfString(text, i);
		if (this.#nameEnd < 0) return this.#nameEnd;
		i = skipWhite(text, this.#nameEnd);
		if (text.charCodeAt(i) !== COLON) return unexpected(i);
		this.start = skipWhite(text, i + 1);
		this.end = endOfValue(text, this.start, this.#maxDepth - 1);
		return this.end < 0 ? this.end : 1;
	}

	/** Whether the current name is written as `quoted`, quotes included. */
	isNamed(quoted: string): boolean {
		return (
			this.#nameEnd - this.nameStart === quoted.length &&
			this.text.startsWith(quoted, this.nameStart)
		);
	}

	/** The current name. Throws a `SyntaxError` for what is none. */
	name(): string {
		return JSON.parse(this.text.slice(this.nameStart, this.#nameEnd));
	}

	/** The text of the current value. */
	value(): string {
		return this.text.slice(this.start, this.end);
	}

	/** The current value. Throws a `SyntaxError` for what is none. */
	parse(): unknown {
		return JSON.parse(this.value());
	}

	/** Whether the current value is an array or an object. */
	isContainer(): boolean {
		const c = this.text.charCodeAt(this.start);
		return c === OPEN_BRACE || c === OPEN_BRACKET;
	}

	/** The members of the current value, which is an object that was parsed already. */
	inside(): ObjectCursor {
		return new ObjectCursor(this.text, this.start, Number.POSITIVE_INFINITY);
	}

	/** The current value, if it is a short string of printable ASCII without an escape: `JSON.parse` would take longer. */
	simpleString(): string | undefined {
		const { text, start } = this;
		const last = this.end - 1;
		if (text.charCodeAt(start) !== QUOTE || last - start > SHORT)
			return undefined;
		for (let i = start + 1; i < last; i++) {
			const c = text.charCodeAt(i);
			if (c < 0x20 || c > 0x7e || c === BACKSLASH) return undefined;
		}
		return text.slice(start + 1, last);
	}
}
