/**
 * A value as JSON text that nobody has to parse: what a decoder with `raw: true` hands over in the place of `params`, `result`
 * and `error.data`, and what every encoder writes as it is, but for line breaks between its tokens, which become spaces so that
 * the message stays one line. So a proxy forwards a value untouched, with all digits of its numbers; and text that is at hand
 * already (a cache, a database) needs no `JSON.parse`.
 */
export class RawJson {
	/** One JSON value (RFC 8259). From a decoder, it was checked to be that. */
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}

	/** Parses the text. */
	parse(): unknown {
		return JSON.parse(this.text);
	}

	/** Lets `JSON.stringify` write the value, though not the text, inside another one. */
	toJSON(): unknown {
		return this.parse();
	}
}
