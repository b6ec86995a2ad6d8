import { fuzzLayer } from "@framewright/fuzz";
import { FrameDecoder, frames } from "./frames.ts";

/** Remembers every chunk of a body, and says nothing about it. */
class Mutant extends FrameDecoder {
	readonly #pieces: Uint8Array[] = [];

	override push(chunk: Uint8Array): void {
		super.push(chunk);
		if (this.available > 3) this.#pieces.push(chunk.slice());
	}
}

export const fuzz = fuzzLayer(frames(Mutant));
