import { demandSame } from "../broken.ts";
import { chunksOf, decode, everyByte } from "../delivery.ts";
import type { Law } from "../law.ts";

/** Whole, in memory of its own, against: whole inside other memory, byte by byte, and cut as chosen. */
export const anyCut: Law = {
	name: "any cut of the input gives the same items, the same error and the same offsets",
	damage: true,
	check(subject, { bytes, cuts }) {
		const whole = decode(subject, [{ bytes, from: 0, drain: true }]);
		const bytewise = everyByte(bytes.length);
		const differs = "the cut changed what came out";
		for (const [name, delivery] of [
			["in one chunk, 0xff around it", { cuts: [], around: 0xff }],
			[
				"in one chunk, a Buffer with zeros around it",
				{ cuts: [], around: 0, buffers: true },
			],
			["byte by byte", { cuts: bytewise, around: 0xff }],
			["cut as chosen", { cuts, around: 0 }],
		] as const)
			demandSame(
				differs,
				bytes,
				["in one chunk", whole, []],
				[name, decode(subject, chunksOf(bytes, delivery)), delivery.cuts],
			);
	},
};
