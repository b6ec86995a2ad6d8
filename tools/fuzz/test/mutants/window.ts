import { fuzzLayer } from "@framewright/fuzz";
import { FrameDecoder, frames } from "./frames.ts";

/** Reads what lies in front of a chunk in its memory, when a frame begins behind a byte that is no magic. */
class Mutant extends FrameDecoder {
	#before = 0;

	protected override append(chunk: Uint8Array): void {
		this.#before = new Uint8Array(chunk.buffer)[chunk.byteOffset - 1] ?? 0;
		super.append(chunk);
	}

	protected override take(length: number): Uint8Array {
		const body = super.take(length);
		if (length === 2 && body[0] === 0x7f) body[1] = this.#before;
		return body;
	}
}

export const fuzz = fuzzLayer(frames(Mutant));
