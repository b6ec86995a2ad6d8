import { ByteWriter } from "./byte-writer.ts";
import type { ByteEncoder, FramingEncoder } from "./contract.ts";

/** The bytes from which a payload is handed on instead of copied, where the framing can: see README.md for the measurement. */
export const BY_REFERENCE = 131_072;

/** The most bytes that framings put around a payload, as a rule. */
const AROUND = 64;

/** Gives an encoder that appends to a writer the `encode` that returns bytes: a piece of a slab, or of its own memory. */
export abstract class AppendingEncoder<In> implements ByteEncoder<In> {
	readonly #writer = new ByteWriter();

	abstract encodeInto(item: In, writer: ByteWriter): void;

	encode(item: In): Uint8Array {
		this.#writer.append(this, item);
		return this.#writer.take();
	}
}

/** What all framing encoders share: a framing says only what comes before and after a payload. */
export abstract class BracketingEncoder
	extends AppendingEncoder<Uint8Array>
	implements FramingEncoder
{
	abstract begin(writer: ByteWriter, length?: number): number;
	abstract finish(writer: ByteWriter, start: number): void;

	/** Frames a payload in pieces without a copy, if the framing can: escaping and scanning ones cannot. */
	wrap?(payload: readonly Uint8Array[], length: number): readonly Uint8Array[];

	encodeByReference(frame: Uint8Array): readonly Uint8Array[] | undefined {
		return frame.length < BY_REFERENCE
			? undefined
			: this.wrap?.([frame], frame.length);
	}

	encodeInto(frame: Uint8Array, writer: ByteWriter): void {
		// Memory of its own that just fits a large frame would be outgrown by what follows the frame, and all moved again.
		writer.ensure(frame.length + AROUND);
		const start = this.begin(writer, frame.length);
		writer.write(frame);
		this.finish(writer, start);
	}
}
