import { Broken } from "../broken.ts";
import { type Chunk, chunksOf, type Event, pull, push } from "../delivery.ts";
import { sameBytes } from "../items.ts";
import type { Law } from "../law.ts";
import type { AnyDecoder, Subject } from "../options.ts";

/** Stops after a chosen number of items: once as soon as they are out, once with all the input pushed. */
export const rest: Law = {
	name: "rest() hands over exactly the unread bytes",
	damage: false,
	check(subject, { bytes, ends, cuts, choice }) {
		const count = choice % (ends.length + 1);
		for (const eager of [true, false]) {
			const decoder = subject.decoder();
			const chunks = chunksOf(bytes, { cuts, around: 0xff });
			const events: Event[] = [];
			const pushed = readItems(subject, decoder, chunks, count, eager, events);
			const left = decoder.rest?.() ?? new Uint8Array(0);
			// A copy, whatever becomes of the chunks.
			for (const chunk of chunks) chunk.bytes.fill(0xaa);
			const expected = bytes.subarray(ends[count - 1] ?? 0, pushed);
			const forgot = pull(subject, decoder) === undefined;
			if (sameBytes(left, expected) && forgot) continue;
			throw new Broken(
				forgot
					? `after ${count} items rest() returned something else than the bytes behind them`
					: `after rest() there was something more to pull`,
				[
					{ title: "what came out", events },
					{ title: "expected", bytes: expected, cuts: [] },
					{ title: "rest()", bytes: left, cuts: [] },
					{
						title: "the input, up to the last push",
						bytes: bytes.subarray(0, pushed),
						cuts: cuts.filter(({ at }) => at <= pushed),
					},
				],
			);
		}
	},
};

/** Pulls `count` items, and returns how many bytes were pushed for them. */
function readItems<T>(
	subject: Subject<T>,
	decoder: AnyDecoder<T>,
	chunks: readonly Chunk[],
	count: number,
	eager: boolean,
	events: Event[],
): number {
	let pushed = 0;
	for (const chunk of chunks) {
		if (eager && events.length === count) break;
		if (!push(decoder, chunk.bytes, events)) break;
		pushed += chunk.bytes.length;
		if (!chunk.drain) continue;
		while (events.length < count) {
			const event = pull(subject, decoder);
			if (event === undefined) break;
			events.push(event);
			if (event.kind !== "item") return pushed;
		}
	}
	return pushed;
}
