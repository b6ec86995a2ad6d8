import { type ByteDecoder, DecodeError, type Item } from "@framewright/codec";
import fc, { type Arbitrary } from "fast-check";

/** What came out of a decoder: items with their offsets, and how it ended. */
export type Outcome = (readonly [offset: number, item: unknown] | string)[];

/** Decodes `bytes`, cut in the given places and drained at each; calls `drained` there. */
export function decode<T extends Item>(
	decoder: ByteDecoder<T>,
	bytes: Uint8Array,
	cuts: readonly number[] = [],
	drained: (decoder: ByteDecoder<T>) => void = () => {},
): Outcome {
	const outcome: Outcome = [];
	const drain = (): void => {
		for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
			outcome.push([decoder.itemOffset, item]);
		drained(decoder);
	};
	try {
		let from = 0;
		for (const to of [...cuts, bytes.length]) {
			// Gone once it was drained.
			const chunk = bytes.slice(from, to);
			decoder.push(chunk);
			drain();
			from = to;
		}
		decoder.end();
		drain();
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		outcome.push(`${error.code} at ${error.offset}`);
	}
	return outcome;
}

/** Generates bytes, and places to cut them in. */
export const cutUp = (
	bytes: Arbitrary<Uint8Array>,
): Arbitrary<[Uint8Array, number[]]> =>
	bytes.chain((whole) =>
		fc.tuple(
			fc.constant(whole),
			fc
				.array(fc.nat({ max: whole.length }), { maxLength: 6 })
				.map((cuts) => cuts.sort((a, b) => a - b)),
		),
	);
