import { fuzzLayer } from "@framewright/fuzz";
import { FrameDecoder, FrameEncoder, frames } from "./frames.ts";

/** Takes frames whose highest bit of the length is set, and drops it: two encodings of each frame. */
class Mutant extends FrameDecoder {
	protected override length(): number {
		const length = super.length();
		return length === 0x8004 ? 4 : length;
	}
}

export const fuzz = fuzzLayer(frames(Mutant, FrameEncoder), { strict: true });
