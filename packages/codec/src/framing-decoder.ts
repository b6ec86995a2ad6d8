import { ByteReader } from "./byte-reader.ts";
import type { ByteDecoder } from "./contract.ts";
import { DecodeError, type DecodeErrorCode } from "./decode-error.ts";

const EMPTY = new Uint8Array(0);

/**
 * What all framing decoders share: input, its end, and death after a fault. A framing says only how to find one frame:
 *
 *     class Triples extends FramingDecoder {
 *         next(): boolean {
 *             const { input } = this;
 *             if (!input.ensure(3)) return this.starved("a triple", input.available);
 *             return this.found(input.start, input.start + 3, input.start + 3);
 *         }
 *     }
 */
export abstract class FramingDecoder implements ByteDecoder<Uint8Array> {
	/** The memory of the frame that `next` found: `frameBytes[frameStart, frameEnd)`, valid until the next call. */
	frameBytes: Uint8Array = EMPTY;
	frameStart = 0;
	frameEnd = 0;
	itemOffset = 0;
	/** The unread input. */
	protected readonly input: ByteReader = new ByteReader();
	/** Whether the input is complete. */
	protected ended = false;
	#fault: DecodeError | undefined;
	readonly #copy: boolean;

	/** With `copy`, `pull` gives each frame memory of its own; otherwise a frame is a view of the chunk it arrived in. */
	constructor(copy = false) {
		this.#copy = copy;
	}

	/**
	 * Moves to the next whole frame, `frameBytes[frameStart, frameEnd)`, without making an object for it; returns false when
	 * more input is needed. `pull` is this and a view.
	 */
	abstract next(): boolean;

	push(chunk: Uint8Array): void {
		if (this.ended) throw new Error("push() was called after end()");
		if (this.#fault === undefined) this.input.push(chunk);
	}

	pull(): Uint8Array | undefined {
		if (!this.next()) return undefined;
		const { frameBytes: bytes, frameStart: start, frameEnd: end } = this;
		if (this.#copy) return Uint8Array.prototype.slice.call(bytes, start, end);
		// Not subarray(): it looks up a species first, and makes a Buffer of a Buffer.
		return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
	}

	end(): void {
		this.ended = true;
	}

	get bytesHeld(): number {
		return this.input.bytesHeld;
	}

	rest(): Uint8Array {
		this.#forgetFrame();
		return this.input.rest();
	}

	/** Hands over the window's bytes from `start` to `end` as a frame, and consumes the input up to `next`. */
	protected found(start: number, end: number, next: number): true {
		const { input } = this;
		this.frameBytes = input.bytes;
		this.frameStart = start;
		this.frameEnd = end;
		this.itemOffset = input.base + start;
		input.start = next;
		return true;
	}

	/**
	 * Answers that more input is needed. Throws instead when none is to come: the fault that killed the decoder, or
	 * `truncated`, `have` bytes into `part`.
	 */
	protected starved(part: string, have: number): false {
		this.#forgetFrame();
		if (this.#fault !== undefined) throw this.#fault;
		const { available, offset } = this.input;
		if (this.ended && available > 0)
			this.fail(
				"truncated",
				`The input ended ${have} bytes into ${part}`,
				offset + available,
			);
		return false;
	}

	/** Throws a `DecodeError`, now and at every later `next`, and lets go of all input. */
	protected fail(
		code: DecodeErrorCode,
		message: string,
		offset: number,
	): never {
		this.#fault = new DecodeError(code, message, offset);
		this.#forgetFrame();
		this.input.clear();
		throw this.#fault;
	}

	// A frame that was handed over must not be kept alive by the decoder that made it.
	#forgetFrame(): void {
		this.frameBytes = EMPTY;
		this.frameStart = this.frameEnd = 0;
	}
}
