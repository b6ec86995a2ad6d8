import type {
	ByteEncoder,
	ByteLayer,
	FramingDecoder,
	Skipped,
} from "@framewright/codec";
import {
	type FailingOptions,
	formatOf,
	type LengthPrefixedOptions,
} from "./options.ts";
import { PartsDecoder } from "./parts-decoder.ts";
import { PartsEncoder } from "./parts-encoder.ts";

/** The header of a frame. */
export interface Begin {
	readonly kind: "begin";
	/** The bytes of data until `end`. */
	readonly length: number;
	/** With `highestBit: "last"`: whether this is the last fragment of its record. Default, when encoding: true. */
	readonly last?: boolean;
	/** The leading bytes: decoded with `header: "keep"`, as a copy. Default, when encoding: zeros. */
	readonly header?: Uint8Array;
}

/** The end of a frame. */
export interface End {
	readonly kind: "end";
}

/** A part of a frame: its header, some bytes of its body, its end. */
export type Part = Begin | Uint8Array | End;

/** Length-prefixed framing in parts; with `oversize: "skip"`, also what was `Skipped`. */
export interface LengthPrefixedParts<Other extends Skipped = never>
	extends ByteLayer<Part | Other, Part> {
	decoder(): FramingDecoder<Begin | End | Other>;
	encoder(): ByteEncoder<Part>;
}

/**
 * Frames bytes as `lengthPrefixed` does, with its options and its errors, for frames larger than memory should hold: each
 * comes as a `begin`, its data as it arrives, and an `end`.
 *
 *     00 00 00 03  61 62 | 63     -> { kind: "begin", length: 3 }, "ab", "c", { kind: "end" }
 *
 * Data are views of the chunk that they arrived in, never empty; where they are cut is no part of the protocol. A fault
 * may come after some of a frame's parts. With `highestBit: "last"`, what begins and ends is a fragment.
 *
 * The encoder takes the same parts in the same order, and throws a `RangeError` for one that is out of order, or when data
 * does not add up to the length that was announced.
 */
export function lengthPrefixedParts(
	options?: FailingOptions,
): LengthPrefixedParts;
export function lengthPrefixedParts(
	options: LengthPrefixedOptions,
): LengthPrefixedParts<Skipped>;
export function lengthPrefixedParts(
	options: LengthPrefixedOptions = {},
): LengthPrefixedParts<Skipped> {
	const format = formatOf(options);
	return {
		decoder: () => new PartsDecoder(format),
		encoder: () => new PartsEncoder(format),
	};
}
