import {
	ByteWriter,
	type DecodeErrorCode,
	type DecodeErrorDetails,
	Skipped,
} from "@framewright/codec";
import { PartsDecoder } from "./parts-decoder.ts";

/** Reads whole frames: at once where they need no joining, and records of several fragments from their parts. */
export class LengthPrefixedDecoder extends PartsDecoder {
	/** The record that has begun, and where its first payload byte was. */
	#record: ByteWriter | undefined;
	#recordOffset = 0;

	override next(): boolean {
		if (!this.format.plain) return this.#nextOfAny();
		const header = this.readHeader();
		if (header === 0) return false;
		const { input } = this;
		const total = header + this.length;
		if (!input.ensure(total))
			return this.starvedInBody(input.available - header);
		const { start } = input;
		const end = start + total;
		const { keepHeader } = this.format;
		return this.found(keepHeader ? start : start + header, end, end);
	}

	override get bytesHeld(): number {
		return super.bytesHeld + (this.#record?.bytes.length ?? 0);
	}

	override rest(): Uint8Array {
		this.#record = undefined;
		return super.rest();
	}

	protected override fail(
		code: DecodeErrorCode,
		message: string,
		offset: number,
		details?: DecodeErrorDetails,
	): never {
		this.#record = undefined;
		super.fail(code, message, offset, details);
	}

	/** Moves to the next frame of a format in which there may be more than headers and bodies. */
	#nextOfAny(): boolean {
		if (!this.skipped()) return false;
		if (this.midway) return this.#nextRecord();
		const header = this.readHeader();
		if (header <= 0) return header < 0;
		if (!this.last) return this.#nextRecord();
		const { input } = this;
		const { keepHeader, terminator } = this.format;
		const total = header + this.length;
		if (!input.ensure(terminator < 0 ? total : total + 1))
			return this.starvedInBody(input.available - header);
		const { start } = input;
		const end = start + total;
		this.found(keepHeader ? start : start + header, end, end);
		return this.endBody();
	}

	/** Copies fragments as they arrive: nothing of a record is held twice. */
	#nextRecord(): boolean {
		while (this.nextPart()) {
			const { input, other, frameBytes, frameStart, frameEnd } = this;
			const record = this.#record;
			if (other === undefined)
				record?.write(frameBytes.subarray(frameStart, frameEnd));
			else if (other.kind === "begin") {
				if (record === undefined) {
					this.#record = new ByteWriter(0);
					this.#recordOffset = input.offset;
				}
			} else if (other instanceof Skipped) {
				this.#record = undefined;
				return true;
			} else if (this.last && record !== undefined) {
				this.#record = undefined;
				this.frameBytes = record.bytes;
				this.frameStart = 0;
				this.frameEnd = record.length;
				this.other = undefined;
				this.itemOffset = this.#recordOffset;
				return true;
			}
		}
		return false;
	}
}
