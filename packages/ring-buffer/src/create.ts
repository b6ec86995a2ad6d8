import {
	CAPACITY_WORD,
	CONSUMER_END,
	CONSUMER_WAKE,
	codeOf,
	DIED,
	FLAGS_WORD,
	HEADER_BYTES,
	KIND_WORD,
	MAGIC,
	MAGIC_WORD,
	MAX_CAPACITY_BYTES,
	MIN_CAPACITY,
	OPEN,
	OVERWRITABLE,
	PRODUCER_END,
	PRODUCER_WAKE,
	type RingKind,
	unitBytesOf,
	VERSION,
	VERSION_WORD,
} from "./layout.ts";
import { validate } from "./validate.ts";

/** What a ring may do. */
export interface RingOptions {
	/** Lets the producer drop the oldest to make room, by `overwrite` or `makeRoom`. Default: `false`. */
	readonly overwritable?: boolean;
}

/**
 * Makes the memory of a ring, to be passed to the thread of each side.
 *
 *     0    magic, version, kind, capacity, flags
 *     128  roles, ends        256  write position        384  read position
 *     512  the consumer's sleep                          640  the producer's sleep
 *     768  data
 *
 * `capacity` is a power of two: bytes for messages, elements for a stream. Throws a `RangeError` if it is none, is below 32,
 * or comes to more than 1 GiB.
 */
export function createRing(
	kind: RingKind,
	capacity: number,
	{ overwritable = false }: RingOptions = {},
): SharedArrayBuffer {
	const code = codeOf(kind);
	if (code === 0) throw new TypeError(`A ring carries no "${kind}"`);
	const bytes = capacity * unitBytesOf(kind);
	if (
		!Number.isInteger(Math.log2(capacity)) ||
		capacity < MIN_CAPACITY ||
		bytes > MAX_CAPACITY_BYTES
	)
		throw new RangeError(
			`The capacity of a ring must be a power of two from ${MIN_CAPACITY} on, and 1 GiB at most, not ${capacity}`,
		);
	if (typeof SharedArrayBuffer === "undefined")
		throw new Error(
			"There is no SharedArrayBuffer here. A page has it when it is served with the headers " +
				"Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp",
		);
	const memory = new SharedArrayBuffer(HEADER_BYTES + bytes);
	const words = new Int32Array(memory, 0, HEADER_BYTES / 4);
	words[VERSION_WORD] = VERSION;
	words[KIND_WORD] = code;
	words[CAPACITY_WORD] = capacity;
	words[FLAGS_WORD] = overwritable ? OVERWRITABLE : 0;
	words[MAGIC_WORD] = MAGIC;
	return memory;
}

/**
 * Ends a ring for the side whose thread is gone, so that the other one does not wait for ever. Call it when a worker exits,
 * from any thread; a side that had closed stays closed. What was published before is still read. `lead` is for one of many
 * rings: the memory of the first one.
 *
 * Throws a `DecodeError` if this is not the memory of a ring.
 */
export function markDead(
	memory: SharedArrayBuffer,
	role: "producer" | "consumer",
	lead: SharedArrayBuffer = memory,
): void {
	const { words } = validate(memory);
	const producer = role === "producer";
	Atomics.compareExchange(
		words,
		producer ? PRODUCER_END : CONSUMER_END,
		OPEN,
		DIED,
	);
	// Not wake(): the dead may have set the word back and not lived to notify.
	const survivor = producer ? CONSUMER_WAKE : PRODUCER_WAKE;
	const sleeping = lead === memory ? words : validate(lead).words;
	Atomics.store(sleeping, survivor, 0);
	Atomics.notify(sleeping, survivor);
}
