import { fuzzLayer } from "@framewright/fuzz";
import { FrameDecoder, FrameEncoder, frames } from "./frames.ts";

/** Forgets the upper bits of a length. */
class Mutant extends FrameEncoder {
	override encode(body: Uint8Array): Uint8Array {
		const { length } = body;
		return Uint8Array.of(0xf7, 0, length & 0x0f, ...body);
	}
}

export const fuzz = fuzzLayer(frames(FrameDecoder, Mutant));
