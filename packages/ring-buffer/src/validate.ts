import { DecodeError, type DecodeErrorCode } from "@framewright/codec";
import {
	CAPACITY_WORD,
	CONSUMER_END,
	CONSUMER_ROLE,
	DIED,
	FAN_WORD,
	type FanDirection,
	FLAGS_WORD,
	HEADER_BYTES,
	KIND_WORD,
	kindOf,
	MAGIC,
	MAGIC_WORD,
	MAX_CAPACITY_BYTES,
	MIN_CAPACITY,
	NUMBER_WORD,
	OUT,
	OVERWRITABLE,
	PRODUCER_END,
	PRODUCER_ROLE,
	READ,
	type RingKind,
	unitBytesOf,
	VERSION,
	VERSION_WORD,
	WRITE,
} from "./layout.ts";

/** A header whose every word is possible. */
export interface Header {
	readonly words: Int32Array;
	readonly kind: RingKind;
	readonly capacity: number;
	/** Whether the producer may drop the oldest. */
	readonly overwritable: boolean;
	readonly fan: FanDirection | undefined;
	readonly fanId: number;
	/** The number of the ring in its fan. */
	readonly number: number;
}

/** The fault of a word in the header. */
export function faultOf(
	code: DecodeErrorCode,
	message: string,
	word: number,
): DecodeError {
	return new DecodeError(code, message, word * 4);
}

/** Checks the memory of a ring. Throws a `DecodeError` with the offset of the word that is wrong. */
export function validate(memory: SharedArrayBuffer): Header {
	// By name: memory may come from another realm.
	if (Object.prototype.toString.call(memory) !== "[object SharedArrayBuffer]")
		throw new TypeError("The memory of a ring is a SharedArrayBuffer");
	if (memory.byteLength < HEADER_BYTES)
		throw new DecodeError(
			"truncated",
			`The memory ended inside the header, after ${memory.byteLength} bytes`,
			memory.byteLength,
			{ part: "header", have: memory.byteLength, need: HEADER_BYTES },
		);
	const words = new Int32Array(memory, 0, HEADER_BYTES / 4);
	const word = (index: number): number => Atomics.load(words, index);
	if (word(MAGIC_WORD) !== MAGIC)
		throw faultOf("invalid-syntax", "This is no ring", MAGIC_WORD);
	if (word(VERSION_WORD) !== VERSION)
		throw faultOf(
			"invalid-value",
			`The ring is of version ${word(VERSION_WORD)}, not ${VERSION}`,
			VERSION_WORD,
		);
	const kind = kindOf(word(KIND_WORD));
	if (kind === undefined)
		throw faultOf("invalid-value", "Unknown kind of ring", KIND_WORD);
	const capacity = word(CAPACITY_WORD);
	const bytes = capacity * unitBytesOf(kind);
	if (
		capacity < MIN_CAPACITY ||
		bytes > MAX_CAPACITY_BYTES ||
		(capacity & (capacity - 1)) !== 0 ||
		memory.byteLength !== HEADER_BYTES + bytes
	)
		throw faultOf(
			"invalid-length",
			`No ring of ${memory.byteLength} bytes has a capacity of ${capacity}`,
			CAPACITY_WORD,
		);
	const flags = word(FLAGS_WORD);
	if ((flags & ~(OVERWRITABLE | OUT)) !== 0)
		throw faultOf("invalid-value", `No flags are ${flags}`, FLAGS_WORD);
	const overwritable = (flags & OVERWRITABLE) !== 0;
	const fanId = word(FAN_WORD);
	const number = word(NUMBER_WORD);
	if (number < 0 || (fanId === 0 && number > 0))
		throw faultOf("invalid-value", "No ring has this number", NUMBER_WORD);
	const direction = (flags & OUT) === 0 ? "in" : "out";
	for (const role of [PRODUCER_ROLE, CONSUMER_ROLE])
		if (word(role) !== 0 && word(role) !== 1)
			throw faultOf("invalid-value", "A role is free or taken", role);
	for (const end of [PRODUCER_END, CONSUMER_END]) checkedEnd(words, end);
	// Read first: a ring may run while someone marks a side dead, and the read position never passes the write position. In an
	// overwritable ring, both may move past any distance meanwhile: its sides check that themselves.
	const read = word(READ);
	const fill = (word(WRITE) - read) | 0;
	if (!overwritable && fill < 0)
		throw faultOf("invalid-length", "The read position is ahead", READ);
	const fan = fanId === 0 ? undefined : direction;
	return { words, kind, capacity, overwritable, fan, fanId, number };
}

/** Reads how a side has ended. Throws a `DecodeError` if that is no way to end. */
export function checkedEnd(words: Int32Array, index: number): number {
	const end = Atomics.load(words, index);
	if (end < DIED) throw faultOf("invalid-value", `No end is ${end}`, index);
	return end;
}
