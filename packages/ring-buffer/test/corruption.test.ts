import { DecodeError } from "@framewright/codec";
import {
	createRing,
	DIED,
	ENDED,
	MessageConsumer,
	MessageProducer,
	OPEN,
	StreamConsumer,
} from "@framewright/ring-buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HEADER_BYTES, poke, ringAt, thrownBy } from "./support.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);

describe("a header that goes bad while the ring runs", () => {
	test("kills the consumer: a write position that runs back or too far ahead", () => {
		for (const write of [-8, 88, 36, -(2 ** 31)]) {
			const memory = createRing("messages", 64);
			const producer = new MessageProducer(memory);
			const consumer = new MessageConsumer(memory);
			producer.write(Uint8Array.of(1));
			producer.write(Uint8Array.of(2));
			consumer.read();
			poke(memory, "write", write);
			// It reads by sequences, and looks at the write position every eighth of the ring.
			const fault = thrownBy(() => consumer.next());
			expect(fault).toMatchObject({ code: "invalid-length", offset: 4 * 64 });
			poke(memory, "write", 32);
			expect(thrownBy(() => consumer.next())).toBe(fault);
			expect(thrownBy(() => consumer.poll(1))).toBe(fault);
			consumer.close(3);
			expect(producer.end).toBe(3);
		}
	});

	test("kills the consumer of a stream: a write position that runs back or too far ahead", () => {
		for (const write of [-1, 65, -(2 ** 31)]) {
			const memory = createRing("bytes", 64);
			const consumer = new StreamConsumer(memory, "bytes");
			poke(memory, "write", write);
			const fault = thrownBy(() => consumer.next());
			expect(fault).toMatchObject({ code: "invalid-length", offset: 4 * 64 });
			poke(memory, "write", 0);
			expect(thrownBy(() => consumer.next())).toBe(fault);
		}
	});

	test("kills the consumer: a record in the place of one that is still held", () => {
		const memory = createRing("messages", 64);
		const producer = new MessageProducer(memory);
		const consumer = new MessageConsumer(memory);
		for (let n = 0; n < 4; n++) {
			producer.write(new Uint8Array(8));
			expect(consumer.next()).toBe(true);
		}
		new Int32Array(memory, HEADER_BYTES).set([8, 64 + 1]);
		expect(thrownBy(() => consumer.next())).toMatchObject({
			code: "invalid-length",
			offset: HEADER_BYTES,
		});
	});

	test("kills the consumer: records that end before what was published does", () => {
		const memory = createRing("messages", 64);
		const producer = new MessageProducer(memory);
		const consumer = new MessageConsumer(memory);
		for (const n of [1, 2, 3]) producer.write(Uint8Array.of(n));
		// The second record, now one that reaches into the third.
		new Int32Array(memory, HEADER_BYTES)[4] = 9;
		expect([consumer.next(), consumer.next(), consumer.next()]).toEqual([
			true,
			true,
			false,
		]);
		expect(consumer.end).toBe(OPEN);
		producer.close();
		expect(thrownBy(() => consumer.end)).toMatchObject({
			code: "invalid-length",
			offset: 4 * 64,
		});
	});

	test("kills the producer: a read position that runs back or ahead", () => {
		for (const read of [-8, 72, 12, -(2 ** 31)]) {
			const memory = createRing("messages", 64);
			const producer = new MessageProducer(memory);
			while (producer.write(Uint8Array.of(1)));
			poke(memory, "read", read);
			const fault = thrownBy(() => producer.write(Uint8Array.of(1)));
			expect(fault).toMatchObject({ code: "invalid-length", offset: 4 * 96 });
			poke(memory, "read", 64);
			expect(thrownBy(() => producer.write(Uint8Array.of(1)))).toBe(fault);
		}
	});

	test.each([
		["a negative length", -2],
		["one above maxLength", 25],
		["the largest number", 2 ** 31 - 1],
		["padding of the whole ring", -1],
	])("kills the consumer: %s in a record", (_, length) => {
		const memory = createRing("messages", 64);
		new MessageProducer(memory).write(new Uint8Array(16));
		const consumer = new MessageConsumer(memory);
		new Int32Array(memory, HEADER_BYTES)[0] = length;
		const fault = thrownBy(() => consumer.next());
		expect(fault).toMatchObject({
			name: "DecodeError",
			code: "invalid-length",
			offset: HEADER_BYTES,
		});
		expect(thrownBy(() => consumer.read())).toBe(fault);
	});

	test("kills the consumer: padding with nothing behind it", () => {
		const memory = ringAt(48, "messages", 64);
		poke(memory, "write", 64);
		new Int32Array(memory, HEADER_BYTES).set([-1, 48 + 1], 12);
		const consumer = new MessageConsumer(memory);
		expect(thrownBy(() => consumer.next())).toMatchObject({
			offset: HEADER_BYTES + 48,
		});
	});

	test("causes a DecodeError or an answer within the ring, whatever the words are", () => {
		const anyWord = fc.oneof(fc.integer(), fc.integer({ min: -16, max: 300 }));
		const names = fc.constantFrom(
			"write",
			"read",
			"producerEnd",
			"consumerEnd",
		);
		fc.assert(
			fc.property(
				fc.array(fc.tuple(names, anyWord)),
				fc.array(anyWord, { maxLength: 16 }),
				(pokes, data) => {
					const memory = createRing("messages", 64);
					const consumer = new MessageConsumer(memory);
					const producer = new MessageProducer(memory);
					new Int32Array(memory, HEADER_BYTES).set(data);
					for (const [name, value] of [["write", 64] as const, ...pokes]) {
						poke(memory, name, value);
						for (const step of [
							() => producer.write(Uint8Array.of(1, 2, 3)),
							() => producer.end,
						])
							try {
								step();
							} catch (error) {
								expect(error).toBeInstanceOf(DecodeError);
							}
						try {
							// A ring of 64 bytes has no more than 8 records.
							for (let n = 0; consumer.next(); n++) {
								expect(n).toBeLessThan(9);
								expect(consumer.offset + consumer.length).toBeLessThanOrEqual(
									64,
								);
							}
							expect([OPEN, ENDED, DIED]).toContain(Math.min(consumer.end, 0));
							consumer.release();
						} catch (error) {
							expect(error).toBeInstanceOf(DecodeError);
						}
					}
				},
			),
			{ numRuns },
		);
	});
});
