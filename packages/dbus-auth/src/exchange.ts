import type { DecodeErrorCode, Decoder } from "@framewright/codec";
import { LineDecoder } from "./line-decoder.ts";
import type { Authenticated, Refused, Send } from "./step.ts";

/** What both sides can be told. */
export interface ExchangeOptions {
	/** The most bytes that a line may have, without its `\r\n`. Default: 16 KiB. */
	readonly maxLineLength?: number;
	/** The most lines that the other side may send: each has an answer, which is kept until it is read. Default: 100. */
	readonly maxLines?: number;
}

type Step = Send | Authenticated | Refused;

const DEFAULT_MAX_LINE_LENGTH = 16_384;
const DEFAULT_MAX_LINES = 100;

/**
 * What client and server share: lines in, steps out, and the end. Bytes are pushed, steps are pulled; a `Question` is a step
 * that needs something from outside, and nothing goes on before it is answered.
 */
export abstract class Exchange<Question extends object>
	implements Decoder<Uint8Array, Step | Question>
{
	readonly #lines: LineDecoder;
	readonly #steps: (Step | Question)[] = [];
	readonly #maxLines: number;
	#count = 0;
	#asked = false;
	#finished = false;
	#ended = false;

	/** `side` is who is made, for errors. A server expects a NUL first. */
	constructor(side: "authClient" | "authServer", options: ExchangeOptions) {
		const {
			maxLineLength = DEFAULT_MAX_LINE_LENGTH,
			maxLines = DEFAULT_MAX_LINES,
		} = options;
		// Less would not carry our own lines.
		atLeast(4096, maxLineLength, `${side}: maxLineLength`);
		atLeast(1, maxLines, `${side}: maxLines`);
		this.#maxLines = maxLines;
		this.#lines = new LineDecoder(maxLineLength, side === "authServer");
	}

	/** Adds input, and borrows it until `pull` has returned `undefined`. */
	push(chunk: Uint8Array): void {
		this.#lines.push(chunk);
	}

	/** Takes the next step, or `undefined` when input is needed, or an answer, or when the exchange is over. */
	pull(): Step | Question | undefined {
		for (;;) {
			const step = this.#steps.shift();
			if (step !== undefined) return step;
			if (this.#asked || this.#finished) {
				this.#lines.settle();
				return undefined;
			}
			const line = this.#lines.pull();
			if (line === undefined) {
				if (this.#ended) this.#cutShort();
				return undefined;
			}
			this.#count += 1;
			if (this.#count > this.#maxLines)
				this.fail(
					"too-large",
					`An exchange may have ${this.#maxLines} lines at most`,
				);
			this.#handle(line);
		}
	}

	/** Declares the end of input: an exchange that is not over then is `truncated`. */
	end(): void {
		this.#ended = true;
		this.#lines.end();
	}

	/** Hands over a copy of the bytes not yet read, and forgets them: the first bytes of the messages. */
	rest(): Uint8Array {
		return this.#lines.rest();
	}

	/** Bytes of memory that are kept alive for unread input, whole backing buffers included. */
	get bytesHeld(): number {
		return this.#lines.bytesHeld;
	}

	/** Does what a line asks for. */
	protected abstract command(name: string, args: string): void;

	/** Sends a line, behind `before`. */
	protected send(line: string, before = ""): void {
		const bytes = new TextEncoder().encode(`${before}${line}\r\n`);
		this.#steps.push({ type: "send", bytes });
	}

	/** Asks for what only the outside knows. */
	protected ask(question: Question): void {
		this.#asked = true;
		this.#steps.push(question);
	}

	/** Notes that the question is answered. */
	protected answered(): void {
		if (!this.#asked) throw new Error("answer(): nothing was asked");
		this.#asked = false;
	}

	/** Ends the exchange. */
	protected finish(step: Authenticated | Refused): void {
		this.#finished = true;
		this.#steps.push(step);
	}

	/** Throws a `DecodeError` on account of the line at hand. */
	protected fail(code: DecodeErrorCode, message: string): never {
		return this.#lines.refuse(code, message, this.#lines.itemOffset);
	}

	#cutShort(): never {
		return this.#lines.refuse(
			"truncated",
			"The input ended before the exchange did",
			this.#lines.offset,
			{ part: "exchange" },
		);
	}

	#handle(line: Uint8Array): void {
		const text = asciiOf(line) ?? "";
		// Blanks are spaces and tabs to libdbus, as many as there are.
		const name = /^[^ \t]*/.exec(text)?.[0] ?? "";
		const args = text.slice(name.length).replace(/^[ \t]+/, "");
		this.command(name, args);
	}
}

/** Checks a limit. Throws a `RangeError` that names it. */
export function atLeast(least: number, limit: number, name: string): void {
	if (!Number.isSafeInteger(limit) || limit < least)
		throw new RangeError(
			`${name} must be a whole number from ${least} on, not ${limit}`,
		);
}

/** The text of a line, or `undefined`: a line with bytes beyond ASCII, or with a NUL, is no command that anyone knows. */
function asciiOf(line: Uint8Array): string | undefined {
	for (const byte of line) if (byte === 0 || byte > 0x7f) return undefined;
	return new TextDecoder().decode(line);
}
