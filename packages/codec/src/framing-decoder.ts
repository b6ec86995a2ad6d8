import { ByteReader } from "./byte-reader.ts";
import type { ByteDecoder, Item } from "./contract.ts";
import {
	DecodeError,
	type DecodeErrorCode,
	type DecodeErrorDetails,
} from "./decode-error.ts";

const EMPTY = new Uint8Array(0);

/**
 * What all framing decoders share: input, its end, and death after a fault. A framing says only how to find one frame:
 *
 *     class Triples extends FramingDecoder {
 *         next(): boolean {
 *             const { input } = this;
 *             if (!input.ensure(3)) return this.starved("triple", input.available, 3);
 *             return this.found(input.start, input.start + 3, input.start + 3);
 *         }
 *     }
 *
 * `Other` is what it hands over besides frames, such as `Skipped`.
 */
export abstract class FramingDecoder<Other extends Item = never>
	implements ByteDecoder<Uint8Array | Other>
{
	/** The memory of the frame that `next` found: `frameBytes[frameStart, frameEnd)`, valid until the next call. */
	frameBytes: Uint8Array = EMPTY;
	frameStart = 0;
	frameEnd = 0;
	/** What `next` found, if that is no frame. */
	other: Other | undefined;
	itemOffset = 0;
	/** After `pull` has returned `undefined`: the least bytes that must still arrive before there can be an item. */
	bytesNeeded = 1;
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
	 * Moves to the next whole frame, `frameBytes[frameStart, frameEnd)`, without making an object for it, or to an `other`
	 * item; returns false when more input is needed. `pull` is this and a view.
	 */
	abstract next(): boolean;

	push(chunk: Uint8Array): void {
		if (this.ended) throw new Error("push() was called after end()");
		if (this.#fault === undefined) this.input.push(chunk);
	}

	pull(): Uint8Array | Other | undefined {
		if (!this.next()) return undefined;
		if (this.other !== undefined) return this.other;
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
		this.other = undefined;
		this.itemOffset = input.base + start;
		input.start = next;
		return true;
	}

	/** Hands over an item that is no frame, and that began at the wire offset `offset`. */
	protected foundOther(other: Other, offset: number): true {
		this.#forgetFrame();
		this.other = other;
		this.itemOffset = offset;
		return true;
	}

	/**
	 * Answers that more input is needed. Throws instead when none is to come: the fault that killed the decoder, or
	 * `truncated`, since of `part` only `have` bytes have arrived, of `need` if that is known.
	 */
	protected starved(part: string, have: number, need?: number): false {
		this.#forgetFrame();
		if (this.#fault !== undefined) throw this.#fault;
		this.bytesNeeded = need === undefined ? 1 : need - have;
		if (this.ended && this.inside())
			this.fail(
				"truncated",
				`The input ended ${have} bytes into a ${part}${need === undefined ? "" : ` of ${need}`}`,
				this.input.offset + this.input.available,
				need === undefined ? { part, have } : { part, have, need },
			);
		return false;
	}

	/** Whether an item has begun: if the input ends there, it is truncated. */
	protected inside(): boolean {
		return this.input.available > 0;
	}

	/** Throws a `DecodeError`, now and at every later `next`, and lets go of all input. */
	protected fail(
		code: DecodeErrorCode,
		message: string,
		offset: number,
		details?: DecodeErrorDetails,
	): never {
		this.#fault = new DecodeError(code, message, offset, details);
		this.#forgetFrame();
		this.input.clear();
		throw this.#fault;
	}

	// A frame that was handed over must not be kept alive by the decoder that made it.
	#forgetFrame(): void {
		this.frameBytes = EMPTY;
		this.frameStart = this.frameEnd = 0;
		this.other = undefined;
	}
}
