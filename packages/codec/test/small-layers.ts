// A framing that is as small as one can be, and a codec: what a user of the contract would write.

import {
	BracketingEncoder,
	type ByteLayer,
	type ByteWriter,
	type Codec,
	codecLayer,
	DecodeError,
	FramingDecoder,
	type Layer,
	Skipped,
} from "@framewright/codec";

class TriplesDecoder extends FramingDecoder {
	next(): boolean {
		const { input } = this;
		if (!input.ensure(3)) return this.starved("triple", input.available, 3);
		if (input.bytes[input.start] === 0xff)
			this.fail(
				"invalid-value",
				"A triple must not start with ff",
				input.offset,
			);
		return this.found(input.start, input.start + 3, input.start + 3);
	}
}

class TriplesEncoder extends BracketingEncoder {
	begin(writer: ByteWriter): number {
		return writer.length;
	}

	finish(writer: ByteWriter, start: number): void {
		if (writer.length - start !== 3)
			throw new RangeError("A triple must have 3 bytes");
	}
}

/** Frames of three bytes each: [b b b][b b b]. A frame that starts with ff is a fault. */
export const triples = (copy = false): ByteLayer<Uint8Array> => ({
	decoder: () => new TriplesDecoder(copy),
	encoder: () => new TriplesEncoder(),
});

/** Three bytes as a string of text; a byte over 7f is a fault. */
export const ascii: Codec<string> = {
	encode: (value) => Uint8Array.from(value, (c) => c.charCodeAt(0)),
	decode(bytes) {
		const at = bytes.findIndex((byte) => byte > 0x7f);
		if (at !== -1)
			throw new DecodeError("invalid-value", "ASCII ends at 7f", at);
		return String.fromCharCode(...bytes);
	},
};

class SkippingDecoder extends FramingDecoder<Skipped> {
	next(): boolean {
		const { input } = this;
		if (!input.ensure(3)) return this.starved("triple", input.available, 3);
		const { start, offset } = input;
		if (input.bytes[start] !== 0xff)
			return this.found(start, start + 3, start + 3);
		input.skip(3);
		return this.foundOther(
			new Skipped("invalid-value", "A triple must not start with ff", offset),
			offset,
		);
	}
}

/** Triples again; one that starts with ff is stepped over. */
export const skipping = (): ByteLayer<Uint8Array | Skipped, Uint8Array> => ({
	decoder: () => new SkippingDecoder(),
	encoder: () => new TriplesEncoder(),
});

/** Numbers in messages of bytes; one over 7f is stepped over. */
export const numbers = (): Layer<number | Skipped, Uint8Array, number> =>
	codecLayer<number | Skipped, Uint8Array>({
		encode: (value) => Uint8Array.of(value as number),
		decode: (bytes) => {
			const at = bytes.findIndex((byte) => byte > 0x7f);
			return at === -1
				? bytes.length
				: new Skipped("invalid-value", "Bytes end at 7f", at);
		},
	});

class FixedDecoder extends FramingDecoder {
	readonly #mark: number;
	readonly #length: number;

	constructor(mark: number, length: number) {
		super();
		this.#mark = mark;
		this.#length = length;
	}

	next(): boolean {
		const { input } = this;
		const whole = this.#mark + this.#length;
		if (!input.ensure(whole))
			return this.starved("frame", input.available, whole);
		const { start } = input;
		return this.found(start + this.#mark, start + whole, start + whole);
	}
}

class FixedEncoder extends BracketingEncoder {
	readonly #mark: number;

	constructor(mark: number) {
		super();
		this.#mark = mark;
	}

	begin(writer: ByteWriter): number {
		const start = writer.length;
		for (let i = 0; i < this.#mark; i++) writer.write(Uint8Array.of(0));
		return start;
	}

	finish(): void {}

	override wrap(payload: readonly Uint8Array[]): readonly Uint8Array[] {
		return this.#mark === 0
			? payload
			: [new Uint8Array(this.#mark), ...payload];
	}
}

/** Frames of two bytes each. */
export const pairs = (): ByteLayer<Uint8Array> => ({
	decoder: () => new FixedDecoder(0, 2),
	encoder: () => new FixedEncoder(0),
});

/** Frames of one byte behind a mark of one byte: [0][b]. */
export const marked = (): ByteLayer<Uint8Array> => ({
	decoder: () => new FixedDecoder(1, 1),
	encoder: () => new FixedEncoder(1),
});
