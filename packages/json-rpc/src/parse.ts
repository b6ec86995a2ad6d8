import { parseCanonical } from "./canonical.ts";
import { Envelope } from "./envelope.ts";
import { invalidRequest, parseError, show } from "./invalid.ts";
import type { Message, Params, SingleMessage } from "./message.ts";
import type { Settings } from "./options.ts";
import type { RawJson } from "./raw-json.ts";
import {
	describeUnexpected,
	endOfValue,
	ObjectCursor,
	skipWhite,
	TOO_DEEP,
	unexpected,
} from "./scan.ts";

/** Reads the text of a message. Total: whatever is wrong with it makes an `invalid` message. */
export function parse(
	text: string,
	settings: Settings,
): Message<Params | RawJson> {
	const canonical = parseCanonical(text, settings);
	if (canonical !== undefined) return canonical;
	try {
		const reader = new MessageReader(text, settings);
		const message = reader.read();
		if (message !== undefined) return message;
		const { fault } = reader;
		return parseError(
			fault === TOO_DEEP
				? `JSON may be nested ${settings.maxDepth} levels deep at most`
				: `The text is not JSON: ${describeUnexpected(text, fault)}`,
		);
	} catch (error) {
		return parseError(`The text is not JSON: ${(error as Error).message}`);
	}
}

/**
 * Reads the envelopes by itself, and leaves the values in them to a parser: so it sees what a parsed object does not show, a
 * member that is there twice and the digits of an id; and a limit is judged before what is beyond it is parsed.
 *
 * Methods return `undefined` for what is not JSON or too deep, and throw what a parser throws.
 */
class MessageReader {
	/** Why a method returned `undefined`: what `scan.ts` said. */
	fault = 0;
	readonly #text: string;
	readonly #settings: Settings;
	#at: number;

	constructor(text: string, settings: Settings) {
		this.#text = text;
		this.#settings = settings;
		this.#at = skipWhite(text, 0);
	}

	read(): Message<Params | RawJson> | undefined {
		const { maxDepth } = this.#settings;
		if (this.#is("[")) return this.#batch();
		const message = this.#single(maxDepth);
		return message && this.#atEnd(message);
	}

	#batch(): Message<Params | RawJson> | undefined {
		const { maxBatch, maxDepth } = this.#settings;
		this.#skip();
		if (this.#is("]")) {
			this.#skip();
			return this.#atEnd(
				invalidRequest("A batch must have one message at the least"),
			);
		}
		const items: SingleMessage<Params | RawJson>[] = [];
		for (;;) {
			// At once: the others are neither read nor even looked for.
			if (items.length === maxBatch)
				return invalidRequest(`A batch may have ${maxBatch} messages at most`);
			const item = this.#single(maxDepth - 1);
			if (item === undefined) return undefined;
			items.push(item);
			if (!this.#is(",")) break;
			this.#skip();
		}
		if (!this.#is("]")) return this.#fail(unexpected(this.#at));
		this.#skip();
		return this.#atEnd({ kind: "batch", items });
	}

	/** Reads what is no batch, and the white space behind it. */
	#single(maxDepth: number): SingleMessage<Params | RawJson> | undefined {
		const text = this.#text;
		if (!this.#is("{")) {
			const end = endOfValue(text, this.#at, maxDepth);
			if (end < 0) return this.#fail(end);
			const value: unknown = JSON.parse(text.slice(this.#at, end));
			this.#at = skipWhite(text, end);
			return invalidRequest(
				`A message must be an object; found ${show(value)}`,
			);
		}
		const members = new ObjectCursor(text, this.#at, maxDepth);
		const envelope = new Envelope(this.#settings);
		let more = members.next();
		for (; more > 0; more = members.next()) envelope.take(members);
		if (more < 0) return this.#fail(more);
		this.#at = skipWhite(text, members.end);
		return envelope.message();
	}

	#fail(fault: number): undefined {
		this.fault = fault;
		return undefined;
	}

	#is(character: string): boolean {
		return this.#text[this.#at] === character;
	}

	#skip(): void {
		this.#at = skipWhite(this.#text, this.#at + 1);
	}

	/** Answers with a message behind which there is nothing. */
	#atEnd<T>(message: T): T | undefined {
		return this.#at === this.#text.length
			? message
			: this.#fail(unexpected(this.#at));
	}
}
