import { codecLayer, type Layer, stack } from "@framewright/codec";
import { fuzzStack } from "@framewright/fuzz";
import { FrameDecoder, frames } from "./frames.ts";

/** Hands on no empty frame: only the assembled stack has it for its lowest layer. */
class Mutant extends FrameDecoder {
	override pull(): Uint8Array | undefined {
		const frame = super.pull();
		return frame?.length === 0 ? this.pull() : frame;
	}
}

const counted = codecLayer<Uint8Array, Uint8Array>({
	decode: (bytes) => Uint8Array.of(bytes.length & 0xff, ...bytes),
	encode: (bytes) => bytes.slice(1),
});

const stacked = (lowest: Layer<Uint8Array, Uint8Array>) =>
	stack(lowest, counted);

export const fuzz = fuzzStack(stacked(frames(Mutant)), [frames(), counted]);
