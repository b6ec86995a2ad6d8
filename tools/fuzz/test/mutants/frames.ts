// A small framing without a fault, and its parts, from which each mutant changes one.

import {
	DecodeError,
	type DecodeErrorCode,
	type Decoder,
	type Encoder,
	type Layer,
} from "@framewright/codec";

/** The most bytes of a body. */
export const MAX_LENGTH = 4096;

/**
 * Reads frames:
 *
 *     [magic: 0xf7] [length: u16 BE, at most 4096] [body]
 */
export class FrameDecoder implements Decoder<Uint8Array, Uint8Array> {
	protected bytes: Uint8Array = new Uint8Array(0);
	protected start = 0;
	protected end_ = 0;
	/** Bytes before `bytes[start]`. */
	protected base = 0;
	protected ended = false;
	protected fault: DecodeError | undefined;
	itemOffset = 0;

	push(chunk: Uint8Array): void {
		if (this.fault === undefined) this.append(chunk);
	}

	end(): void {
		this.ended = true;
	}

	get bytesHeld(): number {
		return this.bytes.buffer.byteLength;
	}

	get available(): number {
		return this.end_ - this.start;
	}

	pull(): Uint8Array | undefined {
		if (this.fault !== undefined) throw this.fault;
		if (this.available > 0 && this.at(0) !== 0xf7)
			this.fail("invalid-syntax", 0);
		if (this.available < 3) return this.starve();
		const length = this.length();
		if (length > MAX_LENGTH) this.fail("too-large", 1);
		if (this.available < 3 + length) return this.starve();
		return this.take(length);
	}

	protected at(index: number): number {
		return this.bytes[this.start + index] as number;
	}

	protected length(): number {
		return (this.at(1) << 8) | this.at(2);
	}

	protected take(length: number): Uint8Array {
		const from = this.start + 3;
		this.itemOffset = this.base + 3;
		this.base += 3 + length;
		this.start += 3 + length;
		return this.bytes.slice(from, from + length);
	}

	/** Copies a chunk behind what is unread, in memory that doubles. */
	protected append(chunk: Uint8Array): void {
		const needed = this.available + chunk.length;
		if (this.end_ + chunk.length > this.bytes.length)
			this.move(needed > this.bytes.length ? 2 * needed : this.bytes.length);
		this.bytes.set(chunk, this.end_);
		this.end_ += chunk.length;
	}

	protected move(capacity: number): void {
		const memory = new Uint8Array(capacity);
		memory.set(this.bytes.subarray(this.start, this.end_));
		this.bytes = memory;
		this.end_ -= this.start;
		this.start = 0;
	}

	/** Answers that there is too little, or that there will never be enough. */
	protected starve(): undefined {
		if (this.ended && this.available > 0)
			this.fail("truncated", this.available);
		if (this.available === 0) this.clear();
		// Much was read from this memory, and little is left.
		else if (this.bytes.length > 2 * this.available + 512)
			this.move(this.available);
		return undefined;
	}

	protected fail(code: DecodeErrorCode, at: number): never {
		this.fault = new DecodeError(code, "This is no frame", this.base + at);
		this.clear();
		throw this.fault;
	}

	protected clear(): void {
		this.bytes = new Uint8Array(0);
		this.start = this.end_ = 0;
	}
}

export class FrameEncoder implements Encoder<Uint8Array, Uint8Array> {
	encode(body: Uint8Array): Uint8Array {
		if (body.length > MAX_LENGTH) throw new RangeError("The body is too long");
		return Uint8Array.of(0xf7, body.length >> 8, body.length & 0xff, ...body);
	}
}

/** Makes a layer of a decoder and an encoder. */
export function frames(
	Decoder: new () => FrameDecoder = FrameDecoder,
	Encoder: new () => FrameEncoder = FrameEncoder,
): Layer<Uint8Array, Uint8Array> {
	return { decoder: () => new Decoder(), encoder: () => new Encoder() };
}
