import type { Codec, Decoder, Item, Layer } from "./contract.ts";
import { DecodeError } from "./decode-error.ts";
import { Skipped } from "./skipped.ts";

/**
 * Makes a layer of a value codec: every message of the layer below is one value.
 *
 *     stack(lengthPrefixed(), codecLayer(myCodec))
 *
 * A `DecodeError` of the codec kills the decoder; a codec that wants its connection to go on returns the fault as a value, a `Skipped` for one.
 */
export function codecLayer<T extends Item, Encoded extends Item>(
	codec: Codec<T, Encoded>,
): Layer<T, Encoded> {
	return {
		decoder: () => new MessageDecoder(codec),
		encoder: () => codec,
	};
}

class MessageDecoder<T extends Item, Encoded extends Item>
	implements Decoder<Encoded, T>
{
	readonly #codec: Codec<T, Encoded>;
	#queue: Encoded[] = [];
	#next = 0;
	#consumed = 0;
	#ended = false;
	#fault: DecodeError | undefined;

	constructor(codec: Codec<T, Encoded>) {
		this.#codec = codec;
	}

	push(message: Encoded): void {
		if (this.#ended) throw new Error("push() was called after end()");
		if (this.#fault === undefined) this.#queue.push(message);
	}

	pull(): T | undefined {
		if (this.#fault !== undefined) throw this.#fault;
		const message = this.#queue[this.#next];
		if (message === undefined) {
			this.#queue.length = this.#next = 0;
			return undefined;
		}
		this.#next += 1;
		const at = this.#consumed;
		if (message instanceof Uint8Array) this.#consumed += message.length;
		try {
			const value = this.#codec.decode(message);
			return value instanceof Skipped
				? (skippedAt(value, at + value.offset) as Item as T)
				: value;
		} catch (fault) {
			if (!(fault instanceof DecodeError)) throw fault;
			this.#queue.length = 0;
			this.#fault = moved(fault, at + fault.offset);
			throw this.#fault;
		}
	}

	end(): void {
		this.#ended = true;
	}
}

/** Tells the same fault at another offset: a layer knows its own input, the wire below it has more bytes. */
export function moved(fault: DecodeError, offset: number): DecodeError {
	return offset === fault.offset
		? fault
		: new DecodeError(fault.code, fault.message, offset, {
				...fault,
				cause: fault,
			});
}

/** Tells of the same skipped input at another offset. */
export function skippedAt(
	{ code, message, ...figures }: Skipped,
	offset: number,
): Skipped {
	return new Skipped(code, message, offset, figures);
}
