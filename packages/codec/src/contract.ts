// The contract of a protocol layer. Nothing here does I/O; see README.md for the rules that types cannot say.

import type { ByteWriter } from "./byte-writer.ts";

/** Whatever a layer can hand over: any value but `undefined`, which means that more input is needed. */
// biome-ignore lint/complexity/noBannedTypes: {} is the type that leaves out null and undefined, and nothing else.
export type Item = {} | null;

/**
 * Turns input into whole items.
 *
 *     decoder.push(chunk);
 *     for (let item = decoder.pull(); item !== undefined; item = decoder.pull()) use(item);
 *
 * `push` and `end` never throw on account of the input; `pull` throws a `DecodeError` when it reaches the fault, after
 * every item before it was handed over, and throws that same error ever after.
 */
export interface Decoder<In, Out extends Item> {
	/** Adds input, and borrows it until `pull` has returned `undefined`. */
	push(input: In): void;
	/** Takes the next whole item, or `undefined` when more input is needed. */
	pull(): Out | undefined;
	/** Declares the end of input: later pulls drain what is there, then throw `truncated` if an item is incomplete. */
	end(): void;
}

/** Turns items into output, one at a time. Throws a `RangeError` for an item that the protocol cannot carry. */
export interface Encoder<In, Out> {
	encode(item: In): Out;
}

/**
 * One protocol layer: holds the options, and makes fresh state for each connection. `Sent` is what its encoder takes, where
 * that is less than what its decoder gives, `Upper`: nobody sends a `Skipped`.
 */
export interface Layer<Upper extends Item, Lower extends Item, Sent = Upper> {
	decoder(): Decoder<Lower, Upper>;
	encoder(): Encoder<Sent, Lower>;
}

/** A stateless value codec, for transports that keep message boundaries. */
export interface Codec<T extends Item, Encoded = Uint8Array> {
	encode(value: T): Encoded;
	decode(encoded: Encoded): T;
}

/** A decoder that reads bytes, and can say where it is and what it holds. */
export interface ByteDecoder<Out extends Item>
	extends Decoder<Uint8Array, Out> {
	/** Where the item pulled last began: the wire offset of its first payload byte. */
	readonly itemOffset: number;
	/** Bytes of memory that the decoder keeps alive, whole backing buffers included. */
	readonly bytesHeld: number;
	/** Hands over a copy of the bytes not yet read, for a switch of protocol, and forgets them. */
	rest(): Uint8Array;
}

/** An encoder that can also append to a buffer shared by many items, so that a stack makes no copy for each layer. */
export interface ByteEncoder<In> extends Encoder<In, Uint8Array> {
	/** Appends the encoded item. If it throws, what it wrote so far is there; `ByteWriter.append` takes it back. */
	encodeInto(item: In, writer: ByteWriter): void;
	/**
	 * Encodes an item that is so large that a copy costs more than a second buffer: returns the pieces to write, in order,
	 * the payload itself among them. Returns `undefined` for any other item, which `encode` had better copy.
	 */
	encodeByReference?(item: In): readonly Uint8Array[] | undefined;
}

/**
 * An encoder of frames that wraps a payload while it is being written, in place:
 *
 *     const start = framing.begin(writer);   // [prefix reserved]
 *     payload.encodeInto(item, writer);      // [prefix reserved][payload]
 *     framing.finish(writer, start);         // [prefix patched ][payload][suffix]
 */
export interface FramingEncoder extends ByteEncoder<Uint8Array> {
	/**
	 * Reserves what precedes the payload; returns the writer's length before it. A payload of known `length` that the
	 * framing cannot carry is refused at once, with a `RangeError`, before it is copied.
	 */
	begin(writer: ByteWriter, length?: number): number;
	/** Completes the frame that was begun last, at `start`. Throws a `RangeError` for a payload that it cannot carry. */
	finish(writer: ByteWriter, start: number): void;
	/** Frames a payload that is in pieces, `length` bytes in all, without a copy of it. Throws a `RangeError` as `finish` does. */
	wrap?(payload: readonly Uint8Array[], length: number): readonly Uint8Array[];
}

/** A layer on the wire itself. */
export interface ByteLayer<Upper extends Item, Sent = Upper>
	extends Layer<Upper, Uint8Array, Sent> {
	decoder(): ByteDecoder<Upper>;
	encoder(): ByteEncoder<Sent>;
}
