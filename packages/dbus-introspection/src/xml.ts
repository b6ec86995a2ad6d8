import { DecodeError, type DecodeErrorCode } from "@framewright/codec";

/** A value of an attribute: its references resolved, its white space normalized, and where in the text it starts. */
export interface Attribute {
	readonly value: string;
	readonly index: number;
}

/** A start tag. */
export interface Element {
	readonly name: string;
	readonly index: number;
	readonly attributes: ReadonlyMap<string, Attribute>;
}

/** What is told of a document, in its order. An empty element is opened and closed. */
export interface Handler {
	open(element: Element): void;
	close(): void;
}

// Extensible Markup Language (XML) 1.0, fifth edition, productions 2 and 4.
const NO_CHARACTER =
	/[^\t\n\r\x20-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
const START =
	":A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}\\u{200c}\\u{200d}\\u{2070}-\\u{218f}\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}";
const NAME = new RegExp(
	`[${START}][-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}\\u{2040}${START}]*`,
	"uy",
);
const SPACE = /[\t\n\r ]+/y;
const REFERENCE = /&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(amp|lt|gt|quot|apos));/y;
const DECLARATION =
	/<\?xml[\t\n\r ]+version[\t\n\r ]*=[\t\n\r ]*("1\.[0-9]+"|'1\.[0-9]+')(?:[\t\n\r ]+encoding[\t\n\r ]*=[\t\n\r ]*("[A-Za-z][-A-Za-z0-9._]*"|'[A-Za-z][-A-Za-z0-9._]*'))?(?:[\t\n\r ]+standalone[\t\n\r ]*=[\t\n\r ]*("yes"|"no"|'yes'|'no'))?[\t\n\r ]*\?>/y;
/** What ends a declaration, or can hide what does. */
const DELIMITER = /["'<>]/g;
/** What the public identifier of a DTD may have (production 13). */
const NOT_PUBLIC = /[^-\n\r a-zA-Z0-9'()+,./:=?;!*#@$_%]/;

const ENTITIES: { readonly [name: string]: string } = {
	amp: "&",
	lt: "<",
	gt: ">",
	quot: '"',
	apos: "'",
};

/**
 * Reads a document as XML 1.0 has it, and tells of its elements. What comes between them is checked and dropped.
 *
 * No entity but the five of XML is known, and nothing outside of the text is read. A DTD may declare others: then they may
 * stand in text, which is dropped, but not in attributes.
 */
export function readXml(
	text: string,
	handler: Handler,
	maxDepth: number,
): void {
	new Reader(text, handler, maxDepth).document();
}

/** Tells whether a document can have all characters of a text. */
export function isXmlText(text: string): boolean {
	return !NO_CHARACTER.test(text);
}

/** Makes the error for a fault at an index of a text. Its offset counts bytes of UTF-8. */
export function faultAt(
	text: string,
	index: number,
	code: DecodeErrorCode,
	message: string,
): DecodeError {
	const { length } = new TextEncoder().encode(text.slice(0, index));
	return new DecodeError(code, message, length);
}

class Reader {
	readonly #text: string;
	readonly #handler: Handler;
	readonly #maxDepth: number;
	/** The names of the elements that are open. */
	readonly #open: string[] = [];
	#at = 0;
	#doctyped = false;

	constructor(text: string, handler: Handler, maxDepth: number) {
		this.#text = text;
		this.#handler = handler;
		this.#maxDepth = maxDepth;
	}

	document(): void {
		const bad = NO_CHARACTER.exec(this.#text);
		if (bad !== null)
			throw this.#fault(
				`U+${hex(bad[0].codePointAt(0) ?? 0)} is no character of XML`,
				bad.index,
			);
		if (this.#text.startsWith("\ufeff")) this.#at = 1;
		if (/^<\?xml[\t\n\r ]/.test(this.#text.slice(this.#at, this.#at + 6)))
			this.#declaration();
		let root = false;
		for (this.#space(); this.#at < this.#text.length; this.#space()) {
			if (this.#miscellaneous()) continue;
			if (this.#starts("<!DOCTYPE")) {
				if (this.#doctyped || root)
					throw this.#fault(
						"there may be one DOCTYPE, before the first element",
					);
				this.#doctyped = true;
				this.#doctype();
			} else if (root)
				throw this.#fault("nothing may follow the first element");
			else {
				root = true;
				this.#root();
			}
		}
		if (!root) throw this.#truncated("an element");
	}

	/** Reads the first element, and all that is in it. */
	#root(): void {
		const open = this.#open;
		do {
			const text = this.#text;
			if (text[this.#at] !== "<") {
				if (open.length === 0) throw this.#fault("an element must start here");
				this.#characters();
			} else if (text[this.#at + 1] === "/") this.#endTag();
			else if (this.#starts("<![CDATA[")) {
				if (open.length === 0) throw this.#fault("an element must start here");
				this.#behind("]]>", "a CDATA section");
			} else if (!this.#miscellaneous()) this.#startTag();
		} while (open.length > 0);
	}

	#startTag(): void {
		const index = this.#at++;
		const name = this.#name("an element");
		if (this.#open.length >= this.#maxDepth)
			throw this.#fault(
				`elements may be nested ${this.#maxDepth} deep at most`,
				index,
				"too-deep",
			);
		const attributes = new Map<string, Attribute>();
		for (;;) {
			const spaced = this.#space();
			const next = this.#text[this.#at];
			if (next === undefined) throw this.#truncated(`the tag ${name}`);
			if (next === ">" || next === "/") break;
			if (!spaced)
				throw this.#fault("white space must come before an attribute");
			const at = this.#at;
			const key = this.#name("an attribute");
			if (attributes.has(key))
				throw this.#fault(`the attribute ${key} is there twice`, at);
			this.#space();
			this.#expect("=");
			this.#space();
			attributes.set(key, this.#attributeValue());
		}
		const empty = this.#text[this.#at] === "/";
		if (empty) this.#at++;
		this.#expect(">");
		this.#handler.open({ name, index, attributes });
		if (empty) this.#handler.close();
		else this.#open.push(name);
	}

	#endTag(): void {
		const index = this.#at;
		this.#at += 2;
		const name = this.#name("an element");
		if (this.#at === this.#text.length) throw this.#truncated("an end tag");
		const expected = this.#open.pop();
		if (name !== expected)
			throw this.#fault(
				expected === undefined
					? "there is no element to end"
					: `the end of ${expected} was expected, not of ${name}`,
				index,
			);
		this.#space();
		this.#expect(">");
		this.#handler.close();
	}

	#attributeValue(): Attribute {
		const quote = this.#text[this.#at];
		if (quote === undefined) throw this.#truncated("an attribute");
		if (quote !== '"' && quote !== "'")
			throw this.#fault("the value of an attribute must be quoted");
		const index = this.#at + 1;
		const end = this.#text.indexOf(quote, index);
		const raw = this.#text.slice(index, end === -1 ? undefined : end);
		const less = raw.indexOf("<");
		if (less !== -1)
			throw this.#fault("< must be written as &lt; in a value", index + less);
		if (end === -1) throw this.#truncated("the value of an attribute");
		this.#at = end + 1;
		return { value: this.#resolve(raw, index, false), index };
	}

	/** Checks text between tags. */
	#characters(): void {
		const index = this.#at;
		const less = this.#text.indexOf("<", index);
		const raw = this.#text.slice(index, less === -1 ? undefined : less);
		const close = raw.indexOf("]]>");
		if (close !== -1)
			throw this.#fault("]]> must be written as ]]&gt;", index + close);
		this.#resolve(raw, index, this.#doctyped);
		if (less === -1) throw this.#truncated(`the element ${this.#open.at(-1)}`);
		this.#at = less;
	}

	/**
	 * Puts characters in place of references, and spaces in place of white space, as in attributes. Passes references to other
	 * entities over, where a DTD may have declared them.
	 */
	#resolve(raw: string, index: number, othersPass: boolean): string {
		let value = "";
		let start = 0;
		for (let at = raw.indexOf("&"); at !== -1; at = raw.indexOf("&", start)) {
			REFERENCE.lastIndex = at;
			const [all, hexadecimal, decimal, name = ""] = REFERENCE.exec(raw) ?? [];
			if (all === undefined) {
				NAME.lastIndex = at + 1;
				if (othersPass && NAME.test(raw) && raw[NAME.lastIndex] === ";") {
					start = NAME.lastIndex + 1;
					continue;
				}
				throw this.#fault(
					"& must begin &amp; &lt; &gt; &quot; &apos; or the number of a character",
					index + at,
				);
			}
			value += normalize(raw.slice(start, at));
			start = at + all.length;
			if (name !== "") value += ENTITIES[name];
			else {
				const code =
					decimal === undefined
						? Number.parseInt(hexadecimal ?? "", 16)
						: Number.parseInt(decimal, 10);
				const character =
					code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
				if (character === undefined || NO_CHARACTER.test(character))
					throw this.#fault(`${all} is no character of XML`, index + at);
				value += character;
			}
		}
		return value + normalize(raw.slice(start));
	}

	/** Passes a comment or a processing instruction, if there is one. */
	#miscellaneous(): boolean {
		if (this.#starts("<!--")) {
			this.#at += 4;
			this.#behind("--", "a comment");
			this.#expect(">");
			return true;
		}
		if (!this.#starts("<?")) return false;
		const index = this.#at;
		this.#at += 2;
		const target = this.#name("a processing instruction");
		if (!this.#starts("?>") && !this.#space())
			throw this.#at < this.#text.length
				? this.#fault(`white space must come after ${target}`)
				: this.#truncated("a processing instruction");
		if (target.toLowerCase() === "xml")
			throw this.#fault("the declaration of XML must come first", index);
		this.#behind("?>", "a processing instruction");
		return true;
	}

	#declaration(): void {
		DECLARATION.lastIndex = this.#at;
		const [all, , quoted = '"UTF-8"'] = DECLARATION.exec(this.#text) ?? [];
		if (all === undefined)
			throw this.#text.includes("?>", this.#at)
				? this.#fault("this is no declaration of XML")
				: this.#truncated("the declaration of XML");
		const encoding = quoted.slice(1, -1);
		if (!/^(utf-8|us-ascii)$/i.test(encoding))
			throw this.#fault(
				`the encoding must be UTF-8, not ${encoding}`,
				this.#at + all.indexOf(quoted),
				"invalid-value",
			);
		this.#at += all.length;
	}

	/** Passes what names or is a DTD, which nobody reads. */
	#doctype(): void {
		this.#at += "<!DOCTYPE".length;
		if (!this.#space()) this.#nameFault("the DOCTYPE");
		this.#name("the DOCTYPE");
		if (this.#space() && /[PS]/.test(this.#text[this.#at] ?? "")) {
			const at = this.#at;
			const keyword = this.#name("the DOCTYPE");
			if (keyword === "PUBLIC") {
				const bad = NOT_PUBLIC.exec(this.#literal());
				if (bad !== null)
					throw this.#fault(
						`${JSON.stringify(bad[0])} cannot be in a public identifier`,
						at,
					);
			} else if (keyword !== "SYSTEM" && this.#at < this.#text.length)
				throw this.#fault("PUBLIC or SYSTEM was expected", at);
			this.#literal();
			this.#space();
		}
		if (this.#text[this.#at] === "[") {
			this.#at++;
			this.#declarations();
			this.#space();
		}
		this.#expect(">");
	}

	/** Reads white space, and what is quoted behind it. */
	#literal(): string {
		if (!this.#space() && this.#at < this.#text.length)
			throw this.#fault("white space was expected");
		const quote = this.#text[this.#at];
		if (quote !== undefined && quote !== '"' && quote !== "'")
			throw this.#fault("what the DOCTYPE names must be quoted");
		const start = ++this.#at;
		this.#behind(quote ?? '"', "the DOCTYPE");
		return this.#text.slice(start, this.#at - 1);
	}

	/** Passes declarations up to the bracket behind them. */
	#declarations(): void {
		for (this.#space(); ; this.#space()) {
			if (this.#miscellaneous()) continue;
			const next = this.#text[this.#at];
			if (next === undefined) throw this.#truncated("the DOCTYPE");
			this.#at++;
			if (next === "]") return;
			if (next === "%") {
				this.#name("an entity");
				this.#expect(";");
			} else if (next === "<") {
				this.#expect("!");
				this.#name("a declaration");
				this.#pastDeclaration();
			} else throw this.#fault("a declaration was expected", this.#at - 1);
		}
	}

	#pastDeclaration(): void {
		for (;;) {
			DELIMITER.lastIndex = this.#at;
			const found = DELIMITER.exec(this.#text);
			if (found === null) throw this.#truncated("a declaration");
			this.#at = found.index + 1;
			const [character] = found;
			if (character === ">") return;
			if (character === "<")
				throw this.#fault("the declaration before this must end", found.index);
			this.#behind(character, "a declaration");
		}
	}

	#name(of: string): string {
		NAME.lastIndex = this.#at;
		const [name] = NAME.exec(this.#text) ?? [];
		if (name === undefined) return this.#nameFault(of);
		this.#at += name.length;
		return name;
	}

	#nameFault(of: string): never {
		throw this.#at < this.#text.length
			? this.#fault(`the name of ${of} is missing`)
			: this.#truncated(of);
	}

	#space(): boolean {
		SPACE.lastIndex = this.#at;
		if (!SPACE.test(this.#text)) return false;
		this.#at = SPACE.lastIndex;
		return true;
	}

	/** Tells whether markup starts here. If the text ends before that is known, it is truncated. */
	#starts(markup: string): boolean {
		const next = this.#text.slice(this.#at, this.#at + markup.length);
		if (next.length < markup.length && markup.startsWith(next))
			throw this.#truncated("markup");
		return next === markup;
	}

	#behind(text: string, of: string): void {
		const index = this.#text.indexOf(text, this.#at);
		if (index === -1) throw this.#truncated(of);
		this.#at = index + text.length;
	}

	#expect(character: string): void {
		const found = this.#text[this.#at];
		if (found === undefined) throw this.#truncated("markup");
		if (found !== character)
			throw this.#fault(
				`${character} was expected, not ${JSON.stringify(found)}`,
			);
		this.#at++;
	}

	#fault(
		message: string,
		index: number = this.#at,
		code: DecodeErrorCode = "invalid-syntax",
	): DecodeError {
		return faultAt(this.#text, index, code, `XML: ${message}`);
	}

	#truncated(of: string): DecodeError {
		const message = `the text ended inside or before ${of}`;
		return this.#fault(message, this.#text.length, "truncated");
	}
}

function normalize(text: string): string {
	return text.replace(/\r\n|[\t\n\r]/g, " ");
}

function hex(code: number): string {
	return code.toString(16).toUpperCase().padStart(4, "0");
}
