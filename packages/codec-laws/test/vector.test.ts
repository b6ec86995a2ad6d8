import { expect, test } from "vitest";
import { checkVector } from "../src/index.ts";
import { FrameDecoder, FrameEncoder, frames } from "./planted/frames.ts";

const ab = Uint8Array.of(0x61, 0x62);
const wire = "00000002 6162  00000000";
const items = [ab, new Uint8Array(0)];

test("a vector holds in both directions, with its fault", () => {
	checkVector(frames(), { wire, items });
	checkVector(frames(), {
		wire: `${wire} 0000`,
		items,
		fault: { code: "truncated", offset: 12 },
	});
	checkVector(frames(), {
		wire: "000f4241",
		items: [],
		fault: { code: "too-large", offset: 0 },
	});
});

test("other items, another code or another offset are reported with the wire", () => {
	expect(() => checkVector(frames(), { wire, items: [ab] })).toThrow(
		"In chunks of 1, 00 00 00 02 61 62 00 00 00 00 must give\n61 62\nbut gave\n61 62\n(no bytes)",
	);
	const fault = { code: "truncated", offset: 3 } as const;
	expect(() =>
		checkVector(frames(), { wire: "0000", items: [], fault }),
	).toThrow("must give\ntruncated at 3\nbut gave\ntruncated at 2");
	expect(() =>
		checkVector(frames(), {
			wire: "0000",
			items: [],
			fault: { code: "overlong", offset: 2 },
		}),
	).toThrow("must give\noverlong at 2\nbut gave\ntruncated at 2");
});

test("a fault that depends on the size of the chunks is found", () => {
	class LosesThree extends FrameDecoder {
		protected override starve(): undefined {
			if (this.available === 3 && !this.ended) this.clear();
			super.starve();
		}
	}
	expect(() => checkVector(frames(LosesThree), { wire, items })).toThrow(
		"In chunks of 1,",
	);
});

test("an encoding that differs is found, unless the wire is not canonical", () => {
	class Reversed extends FrameEncoder {
		override encode(payload: Uint8Array): Uint8Array {
			return super.encode(payload.toReversed());
		}
	}
	const layer = frames(FrameDecoder, Reversed);
	expect(() => checkVector(layer, { wire, items })).toThrow(
		"must encode to\n00 00 00 02 61 62 00 00 00 00\nbut encode to\n00 00 00 02 62 61 00 00 00 00",
	);
	checkVector(layer, { wire, items, canonical: false });
});

test("a wire that is not hex is a mistake", () => {
	for (const wrong of ["0", "0x00", "zz"])
		expect(() => checkVector(frames(), { wire: wrong, items: [] })).toThrow(
			TypeError,
		);
});
