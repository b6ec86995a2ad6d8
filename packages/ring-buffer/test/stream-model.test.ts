import { StreamConsumer, StreamProducer } from "@framewright/ring-buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyStart, ringAt } from "./support.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000) / 10;

const kinds = ["bytes", "int16", "int32", "float32", "float64"] as const;
const capacity = 64;

const amount = fc.integer({ min: 0, max: 80 });
const op = fc.constantFrom(
	"append",
	"write",
	"writeOrDrop",
	"overwrite",
	"claim",
	"publish",
	"read",
	"next",
	"release",
);

test.each([
	...kinds.map((kind) => [kind, false] as const),
	["bytes", true] as const,
])(
	"a stream of %s behaves as a queue, also where its positions wrap (drops the oldest: %s)",
	(kind, overwritable) => {
		fc.assert(
			fc.property(
				anyStart,
				fc.array(fc.record({ op, amount }), { size: "+1" }),
				(start, steps) => {
					const memory = ringAt(start, kind, capacity, overwritable);
					const producer = new StreamProducer(memory, kind);
					const consumer = new StreamConsumer(memory, kind);
					// All that was ever written; the others are indices into it.
					const all: number[] = [];
					let [published, read, released, drops] = [0, 0, 0, 0];
					// Whether the consumer keeps the producer from dropping.
					let holding = false;
					// What the producer knows to be free. It looks when that is not enough, and publishes then.
					let known = capacity;
					const room = (wanted: number): number => {
						if (wanted > known) {
							published = all.length;
							known = capacity - (all.length - released);
						}
						return Math.min(wanted, known);
					};
					const add = (numbers: number[]): void => {
						all.push(...numbers);
						known -= numbers.length;
					};
					const numbers = (count: number): number[] =>
						Array.from({ length: count }, (_, i) => (all.length + i) % 251);
					const arrayOf = (count: number) =>
						producer.elements.slice(0, count) as Float64Array;
					for (const { op, amount } of steps) {
						switch (op) {
							case "append":
							case "write":
							case "writeOrDrop": {
								const source = arrayOf(amount > capacity ? capacity : amount);
								source.set(numbers(source.length));
								const count = room(source.length);
								expect(producer[op](source as never)).toBe(count);
								add([...source.subarray(0, count)]);
								if (op !== "append") published = all.length;
								if (op === "writeOrDrop") drops += source.length - count;
								expect(consumer.drops).toBe(drops);
								break;
							}
							case "overwrite": {
								if (!overwritable) break;
								const source = arrayOf(amount > capacity ? capacity : amount);
								source.set(numbers(source.length));
								const missing = source.length - room(source.length);
								if (missing > 0 && !holding) {
									released += missing;
									read = released;
									known += missing;
									drops += missing;
								}
								const count = room(source.length);
								expect(producer.overwrite(source as never)).toBe(count);
								add([...source.subarray(0, count)]);
								published = all.length;
								drops += source.length - count;
								expect(consumer.drops).toBe(drops);
								break;
							}
							case "claim": {
								const most = room(amount);
								const toEnd =
									capacity - (((start >>> 0) + all.length) % capacity);
								const count = producer.claim(amount);
								expect(count).toBe(Math.min(most, toEnd));
								const source = numbers(count);
								producer.elements.set(source, producer.offset);
								producer.commit();
								add(source);
								break;
							}
							case "publish":
								producer.publish();
								published = all.length;
								break;
							case "read": {
								const target = arrayOf(Math.min(amount, capacity));
								const count = Math.min(target.length, published - read);
								expect(consumer.read(target as never)).toBe(count);
								expect([...target.subarray(0, count)]).toEqual(
									all.slice(read, read + count),
								);
								// Also what next() had found and nobody released.
								released = read += count;
								holding = false;
								break;
							}
							case "next": {
								expect(consumer.next(amount + 1)).toBe(consumer.length > 0);
								const { elements, offset, length } = consumer;
								if (published > read) expect(length).toBeGreaterThan(0);
								expect(length).toBeLessThanOrEqual(
									Math.min(amount + 1, published - read),
								);
								expect([...elements.subarray(offset, offset + length)]).toEqual(
									all.slice(read, read + length),
								);
								if (length > 0) holding = true;
								read += length;
								break;
							}
							case "release":
								consumer.release();
								released = read;
								holding = false;
						}
						expect(consumer.fill).toBe(published - released);
						expect(producer.free).toBe(capacity - consumer.fill);
					}
				},
			),
			{ numRuns },
		);
	},
);
