import type {
	ByteDecoder,
	Decoder,
	Encoder,
	Item,
	Layer,
} from "@framewright/codec";
import type { Arbitrary } from "fast-check";
import { equalItems, type Snapshot, snapshot } from "./items.ts";

/**
 * Says what the laws need to know about a layer. Only `item` is required. `Received` is what comes out, where that is more
 * than what goes in.
 */
export interface CodecLawsOptions<T, Received = T> {
	/** Generates items. Those that the encoder refuses with a `RangeError` or `TypeError` are left out. */
	readonly item: Arbitrary<T>;
	/**
	 * Generates hostile bytes of your own, mixed with the default ones: random bytes, and encodings that were truncated,
	 * repeated, spliced, had bits flipped or lengths overwritten.
	 */
	readonly garbage?: Arbitrary<Uint8Array>;
	/** Runs of each law, unless `check` is told otherwise. Default: fast-check's, which is 100 unless configured. */
	readonly numRuns?: number;
	/**
	 * Tells whether what was decoded is what was encoded. Default: by structure, the keys of a plain object in any order; a
	 * key whose value is `undefined` and a missing one differ, as do 0 and -0.
	 */
	equals?(encoded: T, decoded: Received): boolean;
	/** Writes an item down, completely: also how two decoded items are compared. Default: bytes in hex, the rest by fast-check's `stringify`. */
	readonly show?: (item: Received) => string;
	/**
	 * Bounds `bytesHeld` of a drained decoder, by the bytes received since the last whole item. For bytes that are no
	 * encoding, where nobody knows what an item is, it is given all bytes received. Default: 4 times as many + 1,024.
	 */
	readonly maxHeld?: (unread: number) => number;
	/**
	 * Makes one item whose encoding has about `n` bytes, for the law of linear work: many small items do not show a
	 * quadratic join. Default, for items that are bytes or strings: `n` zeros, or `n` letters.
	 */
	readonly grow?: (n: number) => T;
	/**
	 * Whether the law of linear work counts steps of JavaScript too, not only native work. It has V8 count how often each
	 * block runs, from the call of `codecLaws` on, which slows the process down to about half its speed, and takes counts
	 * away from a coverage report of the same process. Only on Node (20.16 or later); elsewhere native work is all that is
	 * counted. Default: true.
	 */
	readonly steps?: boolean;
	/**
	 * What the end of input inside an item means: `"reported"`, as `truncated`; or `"item"`, where an unterminated end may
	 * be an item of its own, as the last line of a file. Default: `"reported"`.
	 */
	readonly truncation?: "reported" | "item";
}

/** A layer under test, and how to read it. */
export interface Subject<T> {
	readonly options: CodecLawsOptions<T>;
	readonly truncation: "reported" | "item";
	readonly steps: boolean;
	decoder(): AnyDecoder<T>;
	encoder(): Encoder<T, Uint8Array>;
	equals(encoded: T, decoded: T): boolean;
	snapshot(item: T): Snapshot;
	maxHeld(unread: number): number;
}

/** A decoder of bytes, whatever more it offers. */
export type AnyDecoder<T> = Decoder<Uint8Array, T & Item> &
	Partial<Pick<ByteDecoder<never>, "itemOffset" | "bytesHeld" | "rest">>;

/** Fills in the defaults. */
export function subjectOf<T extends Item>(
	layer: Layer<T, Uint8Array>,
	options: CodecLawsOptions<T>,
): Subject<T> {
	const {
		truncation = "reported",
		steps = true,
		equals = equalItems,
		show = snapshot,
		maxHeld = (unread) => 4 * unread + 1024,
	} = options;
	return {
		options,
		truncation,
		steps,
		decoder: () => layer.decoder(),
		encoder: () => layer.encoder(),
		equals,
		snapshot: show,
		maxHeld,
	};
}
