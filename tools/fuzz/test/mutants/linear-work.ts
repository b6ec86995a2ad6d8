import { fuzzLayer } from "@framewright/fuzz";
import { FrameDecoder, frames } from "./frames.ts";

/** Adds up all that there is of a body whenever more of it comes. */
class Mutant extends FrameDecoder {
	sum = 0;

	protected override starve(): undefined {
		this.sum = 0;
		for (let i = 3; i < this.available; i++) this.sum += this.at(i);
		return super.starve();
	}
}

export const fuzz = fuzzLayer(frames(Mutant));
