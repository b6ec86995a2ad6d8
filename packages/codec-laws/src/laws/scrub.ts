import { Broken, demandSame } from "../broken.ts";
import { chunksOf, decode, oneChunk } from "../delivery.ts";
import { sameBytes } from "../items.ts";
import type { Law } from "../law.ts";

/** The chunks are overwritten as soon as `pull` returned `undefined`; before that, the decoder must not have done so. */
export const scrub: Law = {
	name: "the input may be scrubbed once it was drained, and is never written to",
	damage: true,
	check(subject, { bytes, cuts }) {
		const whole = decode(subject, oneChunk(bytes));
		for (const buffers of [false, true]) {
			const chunks = chunksOf(bytes, { cuts, around: 0xff, buffers });
			const memory = new Uint8Array(
				(chunks[0] as { bytes: Uint8Array }).bytes.buffer,
			);
			const expected = memory.slice();
			let scrubbed = 0;
			const demandUntouched = (): void => {
				if (!sameBytes(memory, expected))
					throw new Broken("the decoder wrote to its input, or around it", [
						{ title: "the input", bytes, cuts },
						{ title: "the memory before", bytes: expected, cuts: [] },
						{ title: "the memory after", bytes: memory, cuts: [] },
					]);
			};
			const events = decode(subject, chunks, (_, received) => {
				demandUntouched();
				for (; scrubbed < chunks.length; scrubbed++) {
					const { bytes: chunk, from } = chunks[scrubbed] as (typeof chunks)[0];
					if (from + chunk.length > received) break;
					chunk.fill(0xaa);
					expected.fill(
						0xaa,
						chunk.byteOffset,
						chunk.byteOffset + chunk.length,
					);
				}
			});
			demandUntouched();
			const kind = buffers ? "Buffers" : "Uint8Arrays";
			demandSame(
				"what came out depends on chunks that had been drained",
				bytes,
				["in one chunk, kept", whole, []],
				[`in ${kind} overwritten with 0xaa once drained`, events, cuts],
			);
		}
	},
};
