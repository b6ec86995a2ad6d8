import {
	type ByteDecoder,
	DecodeError,
	type DecodeErrorCode,
	type Encoder,
	type Layer,
} from "@framewright/codec";

const EMPTY = new Uint8Array(0);
const HEADER = 4;
export const MAX_LENGTH = 1_000_000;

/**
 * A layer such as a stranger would write it, which keeps all laws. Each planted fault is one method of it done wrong.
 *
 *     [u32 BE length, at most 1,000,000][payload]
 */
export function frames(
	makeDecoder: new () => FrameDecoder = FrameDecoder,
	makeEncoder: new () => Encoder<Uint8Array, Uint8Array> = FrameEncoder,
): Layer<Uint8Array, Uint8Array> {
	return {
		decoder: () => new makeDecoder(),
		encoder: () => new makeEncoder(),
	};
}

/** Copies all input into memory of its own, which doubles, and copies every frame out of it. */
export class FrameDecoder implements ByteDecoder<Uint8Array> {
	itemOffset = 0;
	protected memory: Uint8Array = EMPTY;
	protected start = 0;
	protected end_ = 0;
	protected consumed = 0;
	protected ended = false;
	protected fault: DecodeError | undefined;

	get bytesHeld(): number {
		return this.memory.length;
	}

	protected get available(): number {
		return this.end_ - this.start;
	}

	push(chunk: Uint8Array): void {
		if (this.ended) throw new Error("push() was called after end()");
		if (this.fault === undefined) this.append(chunk);
	}

	pull(): Uint8Array | undefined {
		if (this.fault !== undefined) throw this.fault;
		if (this.available < HEADER) return this.starve();
		const length = this.length();
		if (length > MAX_LENGTH) this.fail("too-large", this.consumed);
		if (this.available < HEADER + length) return this.starve();
		const from = this.start + HEADER;
		this.itemOffset = this.consumed + HEADER;
		this.start += HEADER + length;
		this.consumed += HEADER + length;
		return this.memory.slice(from, from + length);
	}

	end(): void {
		this.ended = true;
	}

	rest(): Uint8Array {
		const rest = this.memory.slice(this.start, this.end_);
		this.consumed += rest.length;
		this.clear();
		return rest;
	}

	protected append(chunk: Uint8Array): void {
		const length = this.available + chunk.length;
		if (this.end_ + chunk.length > this.memory.length)
			this.move(Math.max(length, 2 * this.available));
		this.memory.set(chunk, this.end_);
		this.end_ += chunk.length;
	}

	protected move(capacity: number): void {
		const memory = new Uint8Array(capacity);
		memory.set(this.memory.subarray(this.start, this.end_));
		this.end_ -= this.start;
		this.start = 0;
		this.memory = memory;
	}

	protected length(): number {
		const { memory, start } = this;
		return new DataView(memory.buffer, memory.byteOffset).getUint32(start);
	}

	protected starve(): undefined {
		if (this.ended && this.available > 0)
			this.fail("truncated", this.consumed + this.available);
		if (this.available === 0) this.clear();
		else if (this.memory.length > 4 * this.available) this.move(this.available);
	}

	protected fail(code: DecodeErrorCode, offset: number): never {
		this.fault = new DecodeError(code, "bad frame", offset);
		this.clear();
		throw this.fault;
	}

	protected clear(): void {
		this.memory = EMPTY;
		this.start = this.end_ = 0;
	}
}

export class FrameEncoder implements Encoder<Uint8Array, Uint8Array> {
	encode(payload: Uint8Array): Uint8Array {
		if (payload.length > MAX_LENGTH)
			throw new RangeError(`A payload may have ${MAX_LENGTH} bytes at most`);
		const frame = this.room(HEADER + payload.length);
		new DataView(frame.buffer).setUint32(0, payload.length);
		frame.set(payload, HEADER);
		return frame;
	}

	protected room(length: number): Uint8Array {
		return new Uint8Array(length);
	}
}
