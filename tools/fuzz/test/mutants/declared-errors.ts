import { fuzzLayer } from "@framewright/fuzz";
import { FrameDecoder, frames } from "./frames.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Takes long bodies for text: a `TypeError` where they are not. */
class Mutant extends FrameDecoder {
	protected override take(length: number): Uint8Array {
		const body = super.take(length);
		if (length > 3) utf8.decode(body);
		return body;
	}
}

export const fuzz = fuzzLayer(frames(Mutant));
