import { fuzzLayer } from "@framewright/fuzz";
import { FrameDecoder, frames } from "./frames.ts";

/** Comes back to life after a frame that was too large. */
class Mutant extends FrameDecoder {
	override push(chunk: Uint8Array): void {
		if (this.fault?.code === "too-large") this.fault = undefined;
		super.push(chunk);
	}
}

export const fuzz = fuzzLayer(frames(Mutant));
