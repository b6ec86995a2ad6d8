import { fuzzLayer } from "@framewright/fuzz";
import { FrameDecoder, frames } from "./frames.ts";

/** Loses the length when a chunk ends inside it. */
class Mutant extends FrameDecoder {
	protected override starve(): undefined {
		super.starve();
		if (this.available === 2) this.clear();
	}
}

export const fuzz = fuzzLayer(frames(Mutant));
