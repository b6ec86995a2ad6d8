import { fuzzLayer } from "@framewright/fuzz";
import { FrameDecoder, frames, MAX_LENGTH } from "./frames.ts";

/** Makes room for what is merely announced, in pages of 64 KiB. */
class Mutant extends FrameDecoder {
	protected override length(): number {
		const length = super.length();
		if (length <= MAX_LENGTH && length > 256) this.move(65_536);
		return length;
	}
}

export const fuzz = fuzzLayer(frames(Mutant));
