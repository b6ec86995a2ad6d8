// The words of the header, 32 bits each, by index. Each position has a line of 128 bytes with what the same side writes: two
// of the 64 that caches keep, since processors fetch them in pairs.

/** "FWRB" in little-endian order. */
export const MAGIC = 0x42525746;
export const VERSION = 1;

export const MAGIC_WORD = 0;
export const VERSION_WORD = 1;
export const KIND_WORD = 2;
export const CAPACITY_WORD = 3;
export const FLAGS_WORD = 4;
/** What all rings of a fan have in common, and no others have; 0 in a ring that is by itself. */
export const FAN_WORD = 5;
/** The number of a ring in its fan. */
export const NUMBER_WORD = 6;

export const PRODUCER_ROLE = 32;
export const PRODUCER_END = 33;
export const CONSUMER_ROLE = 34;
export const CONSUMER_END = 35;

export const WRITE = 64;
export const DROPS = 65;
export const PRODUCER_HIGH = 66;

export const READ = 96;
export const CONSUMER_HIGH = 97;

export const CONSUMER_WAKE = 128;
export const PRODUCER_WAKE = 160;

export const HEADER_BYTES = 768;

/** The flag of a ring whose producer may drop the oldest. */
export const OVERWRITABLE = 1;
/** The flag of a ring of a fan-out; without it, a ring of a fan is one of a fan-in. */
export const OUT = 2;
/** In an overwritable ring, the read position has 31 bits; this one says that the consumer holds what lies there. */
export const HELD = -0x8000_0000;

/** A record of messages: its length, its sequence, and the payload. */
export const RECORD_HEADER_BYTES = 8;
/** In place of a length: nothing from here to the end of the ring. */
export const PADDING = -1;

export const MIN_CAPACITY = 32;
export const MAX_CAPACITY_BYTES = 1_073_741_824;

/** The other side has not ended the ring. */
export const OPEN = 0;
/** The other side has ended the ring as it should. */
export const ENDED = -1;
/** The other side has died: its thread is gone, and it had not closed. */
export const DIED = -2;

interface ElementArrays {
	bytes: Uint8Array;
	int16: Int16Array;
	int32: Int32Array;
	float32: Float32Array;
	float64: Float64Array;
}

/** Which side of a fan has all the rings: the consumer, or the producer. */
export type FanDirection = "in" | "out";

/** What a stream carries. */
export type ElementKind = keyof ElementArrays;
/** The array that holds elements of a kind. */
export type ElementArray<K extends ElementKind> = ElementArrays[K];
/** What a ring carries: messages, or a stream of elements. */
export type RingKind = "messages" | ElementKind;

const kinds: readonly RingKind[] = [
	"messages",
	"bytes",
	"int16",
	"int32",
	"float32",
	"float64",
];

/** The number of a kind, as the header has it; the one of an unknown kind is 0. */
export function codeOf(kind: RingKind): number {
	return kinds.indexOf(kind) + 1;
}

/** The kind of a number in the header. */
export function kindOf(code: number): RingKind | undefined {
	return kinds[code - 1];
}

/** The bytes of a record, by the length of its message. */
export function recordBytes(length: number): number {
	return RECORD_HEADER_BYTES + ((length + 7) & ~7);
}

/**
 * The sequence of a record that is published: never 0, as its position is a multiple of 8. Of that it has 31 bits, as many as the
 * read position of an overwritable ring.
 */
export function sequenceOf(position: number): number {
	return (position & ~HELD) | 1;
}

/** The bits of a distance between positions. */
export function positionMaskOf(overwritable: boolean): number {
	return overwritable ? ~HELD : -1;
}

/** The bytes of what a capacity and a position count. */
export function unitBytesOf(kind: RingKind): number {
	if (kind === "int16") return 2;
	if (kind === "int32" || kind === "float32") return 4;
	return kind === "float64" ? 8 : 1;
}

/** Views the data of a ring as elements of a kind. */
export function viewElements<K extends ElementKind>(
	kind: K,
	memory: SharedArrayBuffer,
): ElementArray<K>;
export function viewElements(
	kind: ElementKind,
	memory: SharedArrayBuffer,
): ElementArray<ElementKind> {
	switch (kind) {
		case "bytes":
			return new Uint8Array(memory, HEADER_BYTES);
		case "int16":
			return new Int16Array(memory, HEADER_BYTES);
		case "int32":
			return new Int32Array(memory, HEADER_BYTES);
		case "float32":
			return new Float32Array(memory, HEADER_BYTES);
		case "float64":
			return new Float64Array(memory, HEADER_BYTES);
	}
}
