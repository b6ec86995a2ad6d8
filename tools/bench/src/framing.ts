// One framing, by all who decode it: raced over every size of frame and every way to cut the wire.

import { type Contender, type Effort, race } from "./race.ts";
import { rates, type Table } from "./results.ts";
import { FRAMES, MiB, seamed, type Workload, workload } from "./workload.ts";

export interface Framing<Item> {
	readonly name: string;
	/** Makes payloads of `size` bytes, as many as fill `total`. */
	payloads(size: number, total: number): Uint8Array[];
	encode(payloads: readonly Uint8Array[]): Uint8Array[];
	/** How far into an encoded frame there is a place inside its prefix or its delimiter. */
	seam(encoded: Uint8Array): number;
	/** What contenders do with an item. */
	readonly sink: (item: Item) => number;
	/** All who decode it, `frames` frames cut into `chunks`. Those who make no item have a sink of their own. */
	decoders(
		chunks: Iterable<Uint8Array>,
		frames: number,
		sink: (item: Item) => number,
	): Contender[];
	/** Our decoder where it copies every frame: for the measurement of memory. */
	copying?(
		chunks: Iterable<Uint8Array>,
		sink: (item: Item) => number,
	): Contender;
}

/** How the wire is cut. 64 KiB, the most that Node reads from a socket at once, comes first and has most of the time. */
export const WHOLE = "chunks of 64 KiB";
export const SEAM = "cut inside each prefix or delimiter";
const CUTS = new Map<string, number | undefined>([
	[WHOLE, 65_536],
	["chunks of 16 KiB", 16_384],
	["chunks of 1,460 B", 1460],
	["chunks of 1 B", 1],
	[SEAM, undefined],
]);

/** What takes seconds, and is left to the suite `growth`: bytes that a contender copies or searches again for one frame. */
const QUADRATIC_LIMIT = 1e9;
/** More chunks than these are for our layers alone: peers take 1 to 50 microseconds a chunk. */
const CHUNK_LIMIT = 1 << 20;

/** Races the decoders of a framing; yields the tables of all frame sizes for each way to cut. */
export async function* decoding<Item>(
	framing: Framing<Item>,
	cuts: Iterable<string> = CUTS.keys(),
): AsyncGenerator<Table[]> {
	for (const cut of cuts) {
		const chunk = CUTS.get(cut);
		const tables: Table[] = [];
		for (const frame of FRAMES) {
			const work = cutWork(framing, frame, chunk);
			const contenders = framing
				.decoders(work.chunks, work.frames, framing.sink)
				.filter(
					({ name, quadratic = false }) =>
						name.startsWith(OURS) ||
						(work.chunks.length < CHUNK_LIMIT &&
							!(
								quadratic && frame ** 2 / 2 / (chunk ?? frame) > QUADRATIC_LIMIT
							)),
				);
			tables.push(
				rates(
					{ what: `decode ${framing.name}`, frame, chunk: cut },
					work,
					await race(contenders, cut === WHOLE ? THOROUGH : QUICK),
				),
			);
		}
		yield tables;
	}
}

/** What the names of our contenders begin with. */
export const OURS = "framewright";
/** For what is quoted, and for the rest. */
export const THOROUGH: Effort = { rounds: 15, seconds: 0.8 };
export const QUICK: Effort = { rounds: 7, seconds: 0.15 };

/** Encodes enough frames to time them, few enough for the slowest contender. */
function cutWork<Item>(
	framing: Framing<Item>,
	frame: number,
	chunk: number | undefined,
): Workload {
	const enough = chunk === 65_536 || frame >= 65_536 ? 4 * MiB : MiB;
	// One pass is 16,384 chunks at the most, unless a frame has more.
	const total = Math.min(enough, 16_384 * (chunk ?? frame));
	const encoded = framing.encode(framing.payloads(frame, total));
	return chunk === undefined
		? seamed(encoded, (bytes) => framing.seam(bytes))
		: workload(encoded, chunk);
}
