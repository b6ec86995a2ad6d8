import {
	createRing,
	DIED,
	MessageConsumer,
	MessageProducer,
	markDead,
	type RingKind,
	StreamConsumer,
	StreamProducer,
} from "@framewright/ring-buffer";
import { describe, expect, test } from "vitest";
import { HEADER_BYTES, poke, thrownBy, word } from "./support.ts";

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
		["flags", 4, "invalid-value"],
		["number", 1, "invalid-value"],
		["number", -1, "invalid-value"],
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
