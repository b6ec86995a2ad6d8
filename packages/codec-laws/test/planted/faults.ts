// Layers with one realistic fault each, and the laws that must catch them.

import {
	type ByteEncoder,
	type ByteWriter,
	DecodeError,
	type DecodeErrorCode,
	type Encoder,
	type Layer,
} from "@framewright/codec";
import { FrameDecoder, FrameEncoder, frames, MAX_LENGTH } from "./frames.ts";

/** A planted fault, the beginning of the name of the law that catches it, and what the report must say. */
export interface Planted {
	readonly fault: string;
	readonly layer: Layer<Uint8Array, Uint8Array>;
	readonly law: RegExp;
	readonly report: readonly (string | RegExp)[];
	/** Whether it can be seen only where steps of JavaScript are counted. */
	readonly steps?: true;
}

class OneOutputForAll extends FrameEncoder {
	readonly #memory = new Uint8Array(MAX_LENGTH + 4);

	protected override room(length: number): Uint8Array {
		return this.#memory.subarray(0, length);
	}
}

class SwapsItsItem extends FrameEncoder {
	override encode(payload: Uint8Array): Uint8Array {
		return super.encode(payload.reverse());
	}
}

class WritesOtherBytes extends FrameEncoder implements ByteEncoder<Uint8Array> {
	encodeInto(payload: Uint8Array, writer: ByteWriter): void {
		for (let width = 4; width > 0; width--)
			writer.write(Uint8Array.of(payload.length & 0xff));
		writer.write(payload);
	}
}

class ThrowsStrings extends FrameEncoder {
	override encode(payload: Uint8Array): Uint8Array {
		if (payload.length > 5) throw "too long";
		return super.encode(payload);
	}
}

class DropsEmptyFrames extends FrameDecoder {
	override pull(): Uint8Array | undefined {
		const frame = super.pull();
		return frame?.length === 0 ? this.pull() : frame;
	}
}

class WaitsForTheNext extends FrameDecoder {
	override pull(): Uint8Array | undefined {
		return this.ended || this.available > 4 + this.length()
			? super.pull()
			: undefined;
	}

	protected override length(): number {
		return this.available < 4 ? 0 : super.length();
	}
}

class LosesThePrefix extends FrameDecoder {
	protected override starve(): undefined {
		super.starve();
		if (this.available === 3) this.clear();
	}
}

class LimitsWhatItHolds extends FrameDecoder {
	#late = false;

	override pull(): Uint8Array | undefined {
		if (this.#late) this.fail("too-large", this.consumed);
		return super.pull();
	}

	protected override append(chunk: Uint8Array): void {
		super.append(chunk);
		this.#late ||= this.available > 12;
	}
}

class OffsetInTheChunk extends FrameDecoder {
	protected override fail(code: DecodeErrorCode, _offset: number): never {
		return super.fail(code, this.available);
	}
}

class ReadsOutside extends FrameDecoder {
	protected override append(chunk: Uint8Array): void {
		super.append(new Uint8Array(chunk.buffer, 0, chunk.length));
	}
}

class EndsInSilence extends FrameDecoder {
	protected override starve(): undefined {
		// it-length-prefixed and tokio: a prefix without one byte of its body is no error.
		if (!this.ended || this.available !== 4) super.starve();
	}
}

class TakesWhatIsThere extends FrameDecoder {
	protected override starve(): undefined {
		if (this.ended && this.available > 4) {
			this.clear();
			return;
		}
		super.starve();
	}
}

class AllocatesTheAnnounced extends FrameDecoder {
	protected override length(): number {
		const length = super.length();
		if (length + 4 > this.memory.length) this.move(length + 4);
		return length;
	}
}

class LetsGoOfNothing extends FrameDecoder {
	protected override append(chunk: Uint8Array): void {
		if (this.end_ + chunk.length > this.memory.length)
			this.move(2 * (this.end_ + chunk.length));
		super.append(chunk);
	}

	protected override move(capacity: number): void {
		const memory = new Uint8Array(capacity);
		memory.set(this.memory);
		this.memory = memory;
	}

	protected override starve(): undefined {
		if (this.ended) super.starve();
	}
}

class JoinsEachChunk extends FrameDecoder {
	protected override append(chunk: Uint8Array): void {
		this.move(this.available + chunk.length);
		super.append(chunk);
	}
}

class CutsEachFrameOff extends FrameDecoder {
	override pull(): Uint8Array | undefined {
		const frame = super.pull();
		if (frame !== undefined) this.move(this.available);
		return frame;
	}
}

class SumsUpAgain extends FrameDecoder {
	checksum = 0;

	protected override append(chunk: Uint8Array): void {
		super.append(chunk);
		this.checksum = 0;
		for (let at = this.start; at < this.end_; at++)
			this.checksum ^= this.memory[at] as number;
	}
}

class CopiesBitByBit extends FrameEncoder {
	override encode(payload: Uint8Array): Uint8Array {
		let encoded = new Uint8Array(0);
		for (const part of super.encode(payload)) {
			const longer = new Uint8Array(encoded.length + 1);
			longer.set(encoded);
			longer[encoded.length] = part;
			encoded = longer;
		}
		return encoded;
	}
}

class KeepsTheChunk extends FrameDecoder {
	protected override append(chunk: Uint8Array): void {
		if (this.available > 0) {
			super.append(chunk);
			return;
		}
		this.memory = chunk;
		this.start = 0;
		this.end_ = chunk.length;
	}
}

class SlicesTheChunk extends FrameDecoder {
	protected override append(chunk: Uint8Array): void {
		// A copy, unless the chunk is a Buffer.
		const copy = chunk.slice();
		if (this.available > 0) {
			super.append(copy);
			return;
		}
		this.memory = copy;
		this.start = 0;
		this.end_ = copy.length;
	}
}

class WipesItsInput extends FrameDecoder {
	protected override append(chunk: Uint8Array): void {
		super.append(chunk);
		chunk.fill(0);
	}
}

class Revives extends FrameDecoder {
	protected override fail(code: DecodeErrorCode, offset: number): never {
		this.clear();
		throw new DecodeError(code, "bad frame", offset);
	}
}

class HoardsWhenDead extends FrameDecoder {
	override push(chunk: Uint8Array): void {
		this.append(chunk);
	}
}

class CountsItsErrors extends FrameDecoder {
	#errors = 0;

	override pull(): Uint8Array | undefined {
		if (this.fault === undefined) return super.pull();
		this.#errors += 1;
		throw new DecodeError(
			this.fault.code,
			`bad frame, for the ${this.#errors}th time`,
			this.fault.offset,
		);
	}
}

class TrustsUtf8 extends FrameDecoder {
	override pull(): Uint8Array | undefined {
		const frame = super.pull();
		new TextDecoder("utf-8", { fatal: true }).decode(frame);
		return frame;
	}
}

class ThrowsAtPush extends FrameDecoder {
	override push(chunk: Uint8Array): void {
		super.push(chunk);
		if (this.available >= 4 && this.length() > MAX_LENGTH)
			throw new RangeError("Invalid length");
	}
}

class PointsBeyond extends FrameDecoder {
	protected override fail(code: DecodeErrorCode, offset: number): never {
		return super.fail(code, offset + 4 + this.length());
	}

	protected override length(): number {
		return this.available < 4 ? 0 : super.length();
	}
}

class InventsCodes extends FrameDecoder {
	protected override fail(code: DecodeErrorCode, offset: number): never {
		return super.fail(
			code === "too-large" ? ("oversize" as DecodeErrorCode) : code,
			offset,
		);
	}
}

class ForgetsAChunk extends FrameDecoder {
	#waiting: Uint8Array[] = [];

	override pull(): Uint8Array | undefined {
		for (const chunk of this.#waiting) this.append(chunk);
		this.#waiting = [];
		return super.pull();
	}

	override push(chunk: Uint8Array): void {
		if (this.fault === undefined) this.#waiting.push(chunk);
	}
}

class NeverEnds extends FrameDecoder {
	override pull(): Uint8Array | undefined {
		return super.pull() ?? (this.ended ? new Uint8Array(0) : undefined);
	}
}

const decoding = (decoder: new () => FrameDecoder) => frames(decoder);
const encoding = (encoder: new () => Encoder<Uint8Array, Uint8Array>) =>
	frames(FrameDecoder, encoder);

export const FAULTS: readonly Planted[] = [
	{
		fault: "an encoder that returns the same memory every time",
		layer: encoding(OneOutputForAll),
		law: /^what was encoded/,
		report: ["a later encode() changed what an earlier one had returned"],
	},
	{
		fault: "an encoder that changes its item",
		layer: encoding(SwapsItsItem),
		law: /^what was encoded/,
		report: ["encode() changed its item", "before:", "after:"],
	},
	{
		fault: "an encoder that appends other bytes than it returns",
		layer: encoding(WritesOtherBytes),
		law: /^what was encoded/,
		report: [
			"encodeInto() wrote other bytes than encode() returned",
			"0000  00 00 00 01 00",
			"0000  01 01 01 01 00",
		],
	},
	{
		fault:
			"an encoder that throws something else than RangeError and TypeError",
		layer: encoding(ThrowsStrings),
		law: /^only DecodeError/,
		report: ["it threw too long", "item 0  00 00 00 00 00 00"],
	},
	{
		fault: "frames without bytes that are dropped",
		layer: decoding(DropsEmptyFrames),
		law: /^what was encoded/,
		report: [
			"the encoding of item 0 was decoded to something else than one item",
			"encoded:\n  item 0  (no bytes)",
			"decoded:\n  (nothing)",
			"0000  00 00 00 00|",
		],
	},
	{
		fault: "a frame that comes out when the next one arrives",
		layer: decoding(WaitsForTheNext),
		law: /^what was encoded/,
		report: ["decoded:\n  (nothing)"],
	},
	{
		fault: "an item more at the end of input",
		layer: decoding(NeverEnds),
		law: /^what was encoded/,
		report: ["left at the end of input"],
	},
	{
		fault: "a prefix that is lost when a chunk ends inside it",
		layer: decoding(LosesThePrefix),
		law: /^any cut/,
		report: [
			"in one chunk:\n  item 0 at 4  (no bytes)",
			"byte by byte:\n  error truncated at 1",
			"0000  00|00|00|00",
		],
	},
	{
		fault: "a limit checked on the remainder and the chunk",
		layer: decoding(LimitsWhatItHolds),
		law: /^any cut/,
		report: ["error too-large at 0"],
	},
	{
		fault: "an offset in the chunk instead of the input",
		layer: decoding(OffsetInTheChunk),
		law: /^any cut/,
		report: [/error too-large at \d/],
	},
	{
		fault: "a chunk read from the start of its memory",
		layer: decoding(ReadsOutside),
		law: /^any cut/,
		report: ["in one chunk, 0xff around it:"],
	},
	{
		fault: "an end between prefix and body that goes unreported",
		layer: decoding(EndsInSilence),
		law: /^truncation/,
		report: [
			"the input ended inside item 0, 4 bytes into its encoding",
			"expected: 0 items, then the error truncated",
			"what came out:\n  (nothing)",
			"0000  00 00 00 01",
		],
	},
	{
		fault: "an end inside a body that goes unreported",
		layer: decoding(TakesWhatIsThere),
		law: /^truncation/,
		report: ["what came out:\n  (nothing)", "0000  00 00 00 02 00"],
	},
	{
		fault: "memory allocated for what is announced",
		layer: decoding(AllocatesTheAnnounced),
		law: /^bytes held/,
		report: [/asked for \d{6,} bytes of memory in all; for \d+ bytes of input/],
	},
	{
		fault: "memory that is never let go",
		layer: decoding(LetsGoOfNothing),
		law: /^bytes held/,
		report: [/holds \d+ bytes; \d+ were received/],
	},
	{
		fault: "a join at each chunk",
		layer: decoding(JoinsEachChunk),
		law: /^work is linear/,
		report: [
			"one big item, decoded byte by byte",
			"bytes moved, scanned or allocated",
		],
	},
	{
		fault: "a cut at each frame",
		layer: decoding(CutsEachFrameOff),
		law: /^work is linear/,
		report: ["many small items, decoded in one chunk"],
	},
	{
		fault: "an encoder that copies for each byte",
		layer: encoding(CopiesBitByBit),
		law: /^work is linear/,
		report: ["one big item, encoded"],
	},
	{
		fault: "a loop over all bytes at each chunk",
		layer: decoding(SumsUpAgain),
		law: /^work is linear/,
		report: ["one big item, decoded byte by byte", "steps of JavaScript"],
		steps: true,
	},
	{
		fault: "a borrowed chunk that is kept",
		layer: decoding(KeepsTheChunk),
		law: /^the input may be scrubbed/,
		report: ["overwritten with 0xaa once drained"],
	},
	{
		fault: "a slice of a Buffer taken for a copy",
		layer: decoding(SlicesTheChunk),
		law: /^the input may be scrubbed/,
		report: ["in Buffers overwritten with 0xaa once drained"],
	},
	{
		fault: "a decoder that wipes its input",
		layer: decoding(WipesItsInput),
		law: /^the input may be scrubbed/,
		report: ["the decoder wrote to its input", "the memory after"],
	},
	{
		fault: "a decoder that goes on after an error",
		layer: decoding(Revives),
		law: /^after an error/,
		report: ["then:\n  (nothing)", "gave something else than its error"],
	},
	{
		fault: "a decoder that takes input after an error",
		layer: decoding(HoardsWhenDead),
		law: /^after an error/,
		report: [/the dead decoder holds \d+ bytes/],
	},
	{
		fault: "an error that changes",
		layer: decoding(CountsItsErrors),
		law: /^after an error/,
		report: ["bad frame, for the 1th time"],
	},
	{
		fault: "a TypeError for bytes that are not UTF-8",
		layer: decoding(TrustsUtf8),
		law: /^only DecodeError/,
		report: ["pull() threw TypeError"],
	},
	{
		fault: "a push that throws",
		layer: decoding(ThrowsAtPush),
		law: /^only DecodeError/,
		report: ["push() threw RangeError: Invalid length"],
	},
	{
		fault: "an offset beyond the input",
		layer: decoding(PointsBeyond),
		law: /^only DecodeError/,
		report: [/the offset \d+ is not within the \d+ bytes of input/],
	},
	{
		fault: "a code that is not in the union",
		layer: decoding(InventsCodes),
		law: /^only DecodeError/,
		report: ["oversize is not a declared code"],
	},
	{
		fault: "a rest that lacks a chunk",
		layer: decoding(ForgetsAChunk),
		law: /^rest\(\)/,
		report: ["rest()"],
	},
];
