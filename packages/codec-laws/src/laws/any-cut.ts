import { demandSame } from "../broken.ts";
import { chunksOf, decode, oneChunk } from "../delivery.ts";
import { every } from "../input.ts";
import type { Law } from "../law.ts";

/** In one chunk, in memory of its own, against: one chunk inside other memory, byte by byte, and cut as chosen. */
export const anyCut: Law = {
	name: "any cut of the input gives the same items, the same error and the same offsets",
	damage: true,
	check(subject, { bytes, cuts, choice }) {
		const whole = decode(subject, oneChunk(bytes));
		const bytewise = every(1, bytes.length);
		const buffers = choice % 2 === 1;
		const differs = "the cut changed what came out";
		for (const [name, delivery] of [
			["in one chunk, 0xff around it", { cuts: [], around: 0xff }],
			["byte by byte", { cuts: bytewise, around: 0 }],
			[
				buffers ? "cut as chosen, in Buffers" : "cut as chosen",
				{ cuts, around: 0, buffers },
			],
		] as const)
			demandSame(
				differs,
				bytes,
				["in one chunk", whole, []],
				[name, decode(subject, chunksOf(bytes, delivery)), delivery.cuts],
			);
	},
};
