import { fuzzLayer } from "@framewright/fuzz";
import { FrameDecoder, frames } from "./frames.ts";

/** Changes the first letter of a body. */
class Mutant extends FrameDecoder {
	protected override take(length: number): Uint8Array {
		const body = super.take(length);
		if (body[0] === 0x61) body[0] = 0x62;
		return body;
	}
}

export const fuzz = fuzzLayer(frames(Mutant), {
	except: { "round-trip": "only the peer knows better" },
	peer: {
		name: "the framing without the change",
		*decode(data) {
			const decoder = new FrameDecoder();
			decoder.push(data);
			decoder.end();
			for (let item = decoder.pull(); item; item = decoder.pull()) yield item;
		},
	},
});
