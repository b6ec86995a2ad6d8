import {
	CAPACITY_WORD,
	CONSUMER_END,
	CONSUMER_WAKE,
	codeOf,
	DIED,
	FAN_WORD,
	type FanDirection,
	FLAGS_WORD,
	HEADER_BYTES,
	KIND_WORD,
	MAGIC,
	MAGIC_WORD,
	MAX_CAPACITY_BYTES,
	MIN_CAPACITY,
	NUMBER_WORD,
	OPEN,
	OUT,
	OVERWRITABLE,
	PRODUCER_END,
	PRODUCER_WAKE,
	type RingKind,
	unitBytesOf,
	VERSION,
	VERSION_WORD,
} from "./layout.ts";
import { sleepersOf } from "./sleepers.ts";
import { validate } from "./validate.ts";

/** What a ring may do. */
export interface RingOptions {
	/** Lets the producer drop the oldest to make room, by `overwrite` or `makeRoom`. Default: `false`. */
	readonly overwritable?: boolean;
}

/**
 * Makes the memory of a ring, to be passed to the thread of each side.
 *
 *     0    magic, version, kind, capacity, flags, fan, number in it
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
 * Makes the memories of a fan, which are rings of messages: of many producers and a `FanIn`, or of a `FanOut` and many
 * consumers. Every side of one, and `markDead`, is given the memory of the first one, too: on its word sleeps whoever has all.
 *
 * Throws what `createRing` does, and a `RangeError` if `count` is no whole number above 0.
 */
export function createFan(
	direction: FanDirection,
	count: number,
	capacity: number,
	options?: RingOptions,
): SharedArrayBuffer[] {
	if (direction !== "in" && direction !== "out")
		throw new TypeError(`A fan goes "in" or "out", not "${direction}"`);
	if (!Number.isInteger(count) || count < 1)
		throw new RangeError(`A fan has one ring or more, not ${count}`);
	const id = 1 + Math.floor(Math.random() * 0x7fff_fffe);
	return Array.from({ length: count }, (_, number) => {
		const memory = createRing("messages", capacity, options);
		const words = new Int32Array(memory, 0, HEADER_BYTES / 4);
		if (direction === "out") words[FLAGS_WORD] = OUT | (words[FLAGS_WORD] ?? 0);
		words[NUMBER_WORD] = number;
		words[FAN_WORD] = id;
		return memory;
	});
}

/**
 * Ends a ring for the side whose thread is gone, so that the other one does not wait for ever. Call it when a worker exits,
 * from any thread; a side that had closed stays closed. What was published before is still read. For a ring of a fan, `lead` is
 * the memory of its first one.
 *
 * Throws a `DecodeError` if this is not the memory of a ring, and a `TypeError` for a `lead` that is not the ring's.
 */
export function markDead(
	memory: SharedArrayBuffer,
	role: "producer" | "consumer",
	lead?: SharedArrayBuffer,
): void {
	const header = validate(memory);
	const { words } = header;
	const sleepers = sleepersOf(memory, header, lead);
	const producer = role === "producer";
	Atomics.compareExchange(
		words,
		producer ? PRODUCER_END : CONSUMER_END,
		OPEN,
		DIED,
	);
	// Not wake(): the dead may have set the word back and not lived to notify.
	const survivor = producer ? CONSUMER_WAKE : PRODUCER_WAKE;
	const sleeping = producer ? sleepers.consumer : sleepers.producer;
	Atomics.store(sleeping, survivor, 0);
	Atomics.notify(sleeping, survivor);
}
