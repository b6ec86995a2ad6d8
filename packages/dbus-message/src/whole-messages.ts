import {
	BracketingEncoder,
	type ByteLayer,
	type ByteWriter,
	DecodeError,
	FramingDecoder,
} from "@framewright/codec";
import { FIXED, readFixed } from "./fixed-header.ts";

/** The framing of messages, which is part of their headers: what goes out is framed already. */
export function wholeMessages(maxLength: number): ByteLayer<Uint8Array> {
	return {
		decoder: () => new WholeMessages(maxLength),
		encoder: () => new AsItIs(),
	};
}

class AsItIs extends BracketingEncoder {
	begin(writer: ByteWriter): number {
		return writer.length;
	}

	finish(): void {}
}

/** Finds where messages end, by the two lengths in their headers. */
class WholeMessages extends FramingDecoder {
	readonly #maxLength: number;

	constructor(maxLength: number) {
		super();
		this.#maxLength = maxLength;
	}

	override next(): boolean {
		const { input } = this;
		if (!input.ensure(FIXED))
			return this.starved("header", input.available, FIXED);
		const length = this.#length();
		if (!input.ensure(length))
			return this.starved("message", input.available, length);
		const { start } = input;
		return this.found(start, start + length, start + length);
	}

	#length(): number {
		const { bytes, start, offset } = this.input;
		try {
			return readFixed(bytes, start, this.#maxLength).end;
		} catch (fault) {
			if (!(fault instanceof DecodeError)) throw fault;
			this.fail(fault.code, fault.message, offset + fault.offset, fault);
		}
	}
}
