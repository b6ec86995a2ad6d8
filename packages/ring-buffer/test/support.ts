import {
	createRing,
	MessageConsumer,
	MessageProducer,
	type RingKind,
} from "@framewright/ring-buffer";
import fc from "fast-check";

/** The words of the header that tests read and write, by index. */
export const word: Record<string, number> = {
	magic: 0,
	version: 1,
	kind: 2,
	capacity: 3,
	flags: 4,
	fan: 5,
	number: 6,
	producerRole: 32,
	producerEnd: 33,
	consumerRole: 34,
	consumerEnd: 35,
	write: 64,
	read: 96,
	consumerWake: 128,
	producerWake: 160,
};

export const HEADER_BYTES = 768;

/** Makes a ring whose positions stand at `start`, as after as many units. */
export function ringAt(
	start: number,
	kind: RingKind,
	capacity: number,
	overwritable = false,
): SharedArrayBuffer {
	const memory = createRing(kind, capacity, { overwritable });
	poke(memory, "write", start);
	poke(memory, "read", overwritable ? start & 0x7fff_ffff : start);
	return memory;
}

export const text = (value: string): Uint8Array =>
	new TextEncoder().encode(value);

/** A ring of messages, and both sides of it. */
export function messages(capacity = 64): {
	readonly memory: SharedArrayBuffer;
	readonly producer: MessageProducer;
	readonly consumer: MessageConsumer;
} {
	const memory = createRing("messages", capacity);
	return {
		memory,
		producer: new MessageProducer(memory),
		consumer: new MessageConsumer(memory),
	};
}

export function poke(
	memory: SharedArrayBuffer,
	name: keyof typeof word,
	value: number,
): void {
	new Int32Array(memory)[word[name] ?? -1] = value;
}

/** Calls, and returns what that throws. */
export function thrownBy(call: () => unknown): unknown {
	try {
		call();
	} catch (error) {
		return error;
	}
	throw new Error("Nothing was thrown");
}

// Near the wraps of signed and of unsigned positions, where counters break; multiples of 8, as positions of records are.
export const anyStart: fc.Arbitrary<number> = fc
	.tuple(fc.constantFrom(0, 2 ** 31, 2 ** 32), fc.integer({ min: 0, max: 16 }))
	.map(([wrap, steps]) => (wrap - 8 * steps) | 0);
