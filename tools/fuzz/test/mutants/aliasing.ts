import { fuzzLayer } from "@framewright/fuzz";
import { FrameDecoder, frames } from "./frames.ts";

/** Keeps a borrowed chunk when it is the first one, and it begins like a frame. */
class Mutant extends FrameDecoder {
	protected override append(chunk: Uint8Array): void {
		if (this.available > 0 || chunk.length < 4 || chunk[0] !== 0xf7)
			super.append(chunk);
		else {
			this.bytes = chunk;
			this.start = 0;
			this.end_ = chunk.length;
		}
	}
}

export const fuzz = fuzzLayer(frames(Mutant), {
	// It is the same fault; this one shows what is overwritten.
	except: { "bounded-memory": "a borrowed chunk is held, too" },
});
