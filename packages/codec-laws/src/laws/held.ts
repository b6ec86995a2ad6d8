import { Broken } from "../broken.ts";
import { chunksOf, decode, drainAll } from "../delivery.ts";
import { type Cut, every } from "../input.ts";
import type { Law } from "../law.ts";
import { shapesOf } from "../load.ts";
import type { Subject } from "../options.ts";

/** What the decoder says it holds, after every drain; and, whatever it says, all memory that it asks for. */
export const held: Law = {
	name: "bytes held stay under the bound, and so does all memory asked for",
	damage: true,
	metered: true,
	// In a small input, the constants of the bounds hide a decoder that lets go of nothing.
	checkOnce(subject) {
		for (const shape of shapesOf(subject))
			for (const { bytes, ends } of shape.loads(2048, 65_536))
				for (const size of [1460, 7])
					demandHeldBound(subject, bytes, ends, every(size, bytes.length));
	},
	check(subject, { bytes, encoded, ends, cuts, choice }, meter) {
		// Where items end is known only of bytes that were encoded as they stand.
		const known = bytes === encoded ? ends : [];
		demandHeldBound(subject, bytes, known, cuts);
		if (choice % 4 === 0)
			demandHeldBound(subject, bytes, known, every(1, bytes.length));

		const chunks = chunksOf(bytes, { cuts, around: 0 });
		const most = PER_BYTE * bytes.length + CONSTANT;
		meter.measure(() => drainAll(subject, chunks), most);
		if (meter.allocated > most)
			throw new Broken(
				`the decoder asked for ${meter.allocated} bytes of memory in all; for ${bytes.length} bytes of input ${most} would be plenty`,
				[{ title: "the input", bytes, cuts }],
			);
	},
};

// Memory that doubles, and is copied for each layer of a stack, comes to less; and so do the buffers that a codec keeps.
const PER_BYTE = 16;
const CONSTANT = 65_536;

function demandHeldBound<T>(
	subject: Subject<T>,
	bytes: Uint8Array,
	ends: readonly number[],
	cuts: readonly Cut[],
): void {
	// A drained decoder that kept one byte of a chunk would keep the pool.
	const chunks = chunksOf(bytes, { cuts, around: 0, pool: 65_536 });
	decode(subject, chunks, (decoder, received, events) => {
		const { bytesHeld = 0 } = decoder;
		const unread = received - (ends[events.length - 1] ?? 0);
		const most = subject.maxHeld(unread);
		if (bytesHeld <= most) return;
		throw new Broken(
			`the drained decoder holds ${bytesHeld} bytes; ${unread} were received since the last item, so ${most} would be allowed`,
			[
				{ title: "what came out", events },
				{
					title: "the input up to there",
					bytes: bytes.subarray(0, received),
					cuts: cuts.filter(({ at }) => at <= received),
				},
			],
		);
	});
}
