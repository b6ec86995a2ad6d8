import { DecodeError } from "@framewright/codec";
import {
	createRing,
	DIED,
	ENDED,
	MessageConsumer,
	MessageProducer,
	markDead,
	OPEN,
	type RingKind,
	StreamConsumer,
	StreamProducer,
} from "@framewright/ring-buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HEADER_BYTES, poke, ringAt, thrownBy, word } from "./support.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);

describe("making a ring", () => {
	test("takes a power of two from 32 on", () => {
		for (const capacity of [0, 16, 33, 48, 32.5, -32, Number.NaN, 2 ** 31])
			expect(() => createRing("bytes", capacity)).toThrow(RangeError);
		expect(() => createRing("float64", 2 ** 28)).toThrow(/1 GiB/);
		expect(createRing("float32", 64).byteLength).toBe(HEADER_BYTES + 256);
		expect(() => createRing("text" as RingKind, 64)).toThrow(TypeError);
	});

	test("says what headers a page needs when there is no SharedArrayBuffer", () => {
		const shared = globalThis.SharedArrayBuffer;
		Reflect.deleteProperty(globalThis, "SharedArrayBuffer");
		try {
			expect(() => createRing("bytes", 64)).toThrow(
				"Cross-Origin-Embedder-Policy: require-corp",
			);
		} finally {
			Object.assign(globalThis, { SharedArrayBuffer: shared });
		}
	});

	test("writes the layout of the README", () => {
		const bytes = new Uint8Array(createRing("float32", 256));
		expect([...bytes.subarray(0, 16)]).toEqual([
			...new TextEncoder().encode("FWRB"),
			1,
			0,
			0,
			0,
			5,
			0,
			0,
			0,
			0,
			1,
			0,
			0,
		]);
		expect(bytes.subarray(16).every((byte) => byte === 0)).toBe(true);
	});
});

describe("attaching", () => {
	test("takes a role once", () => {
		const memory = createRing("messages", 64);
		new MessageProducer(memory);
		new MessageConsumer(memory);
		expect(() => new MessageProducer(memory)).toThrow("has a producer already");
		expect(() => new MessageConsumer(memory)).toThrow("has a consumer already");
	});

	test("refuses the kind that the ring does not carry, and leaves the role free", () => {
		const memory = createRing("float32", 64);
		expect(() => new StreamProducer(memory, "bytes")).toThrow(
			"The ring carries float32, not bytes",
		);
		expect(() => new MessageProducer(memory)).toThrow(TypeError);
		expect(new StreamProducer(memory, "float32").free).toBe(64);
	});

	test("refuses a role that has ended", () => {
		const memory = createRing("bytes", 64);
		markDead(memory, "producer");
		expect(() => new StreamProducer(memory, "bytes")).toThrow("has ended");
		expect(new StreamConsumer(memory, "bytes").end).toBe(DIED);
	});

	test("takes nothing but shared memory", () => {
		expect(
			() =>
				new MessageProducer(
					new ArrayBuffer(1024) as unknown as SharedArrayBuffer,
				),
		).toThrow(TypeError);
	});

	test.each([
		["magic", 1, "invalid-syntax"],
		["version", 2, "invalid-value"],
		["kind", 0, "invalid-value"],
		["kind", 7, "invalid-value"],
		["capacity", 0, "invalid-length"],
		["capacity", 128, "invalid-length"],
		["capacity", 48, "invalid-length"],
		["capacity", -(2 ** 31), "invalid-length"],
		["producerRole", 2, "invalid-value"],
		["consumerRole", -1, "invalid-value"],
		["producerEnd", -3, "invalid-value"],
		["consumerEnd", -(2 ** 31), "invalid-value"],
		["read", 8, "invalid-length"],
	])(
		"names the offset of a wrong word: %s of %i is %s",
		(name, value, code) => {
			const memory = createRing("messages", 64);
			poke(memory, name, value);
			for (const attach of [
				() => new MessageProducer(memory),
				() => new MessageConsumer(memory),
				() => markDead(memory, "producer"),
			])
				expect(thrownBy(attach)).toMatchObject({
					name: "DecodeError",
					code,
					offset: 4 * (word[name] ?? -1),
				});
		},
	);

	test("names where memory ended that has no room for a header", () => {
		for (const length of [0, 4, HEADER_BYTES - 1])
			expect(
				thrownBy(() => new MessageConsumer(new SharedArrayBuffer(length))),
			).toMatchObject({
				code: "truncated",
				offset: length,
				need: HEADER_BYTES,
			});
	});

	test("refuses more than the capacity, and records between multiples of 8", () => {
		for (const [write, read] of [
			[72, 0],
			[12, 0],
			[12, 4],
		] as const) {
			const memory = createRing("messages", 64);
			poke(memory, "write", write);
			poke(memory, "read", read);
			expect(thrownBy(() => new MessageProducer(memory))).toMatchObject({
				code: "invalid-length",
			});
			expect(thrownBy(() => new MessageConsumer(memory))).toMatchObject({
				code: "invalid-length",
			});
		}
	});
});

describe("a header that goes bad while the ring runs", () => {
	test("kills the consumer: a write position that runs back or too far ahead", () => {
		for (const write of [-8, 72, 12, -(2 ** 31)]) {
			const memory = createRing("messages", 64);
			const consumer = new MessageConsumer(memory);
			poke(memory, "write", write);
			const fault = thrownBy(() => consumer.next());
			expect(fault).toMatchObject({ code: "invalid-length", offset: 4 * 64 });
			poke(memory, "write", 0);
			expect(thrownBy(() => consumer.next())).toBe(fault);
			expect(thrownBy(() => consumer.poll(1))).toBe(fault);
			consumer.close(3);
			expect(new MessageProducer(memory).end).toBe(3);
		}
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
		["one beyond what was published", 17],
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
		new Int32Array(memory, HEADER_BYTES)[12] = -1;
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
