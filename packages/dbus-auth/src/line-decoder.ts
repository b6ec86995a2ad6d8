import { FramingDecoder, findByte } from "@framewright/codec";

const LF = 0x0a;
const CR = 0x0d;

/** Finds the lines of an exchange, without their `\r\n`. A server's first line has a NUL before it. */
export class LineDecoder extends FramingDecoder {
	readonly #maxLength: number;
	/** Whether the NUL has still to come. */
	#nul: boolean;
	/** Unread bytes in which no line ends. */
	#searched = 0;

	constructor(maxLength: number, nul: boolean) {
		super();
		this.#maxLength = maxLength;
		this.#nul = nul;
	}

	/** The wire offset of the next unread byte. */
	get offset(): number {
		return this.input.offset;
	}

	override next(): boolean {
		const { input } = this;
		if (this.#nul) {
			if (!input.ensure(1)) return this.starved("line", 0);
			const first = input.bytes[input.start] as number;
			if (first !== 0)
				this.fail(
					"invalid-syntax",
					`The first byte must be 0, not ${first}`,
					input.offset,
				);
			input.start += 1;
			this.#nul = false;
		}
		const last = this.#maxLength + 1;
		for (;;) {
			const at = findByte(input, LF, this.#searched);
			const { available, start } = input;
			if (at > last || (at === -1 && available > last))
				this.fail(
					"too-large",
					`A line may have ${this.#maxLength} bytes at most`,
					input.offset,
					{ limit: this.#maxLength },
				);
			if (at === -1) {
				this.#searched = available;
				return this.starved("line", available);
			}
			if (at > 0 && input.bytes[start + at - 1] === CR) {
				this.#searched = 0;
				return this.found(start, start + at - 1, start + at + 1);
			}
			// A line feed alone ends nothing.
			this.#searched = at + 1;
		}
	}

	/** Gives every borrowed chunk back: what is unread moves to memory of our own. */
	settle(): void {
		this.input.ensure(Number.POSITIVE_INFINITY);
	}

	override rest(): Uint8Array {
		this.#searched = 0;
		return super.rest();
	}

	/** Throws a fault of the line pulled last, or of the end of input, at every later `pull`, too. */
	refuse(...fault: Parameters<FramingDecoder["fail"]>): never {
		return this.fail(...fault);
	}
}
