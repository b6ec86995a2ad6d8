import {
	createRing,
	MessageConsumer,
	MessageProducer,
	StreamConsumer,
	StreamProducer,
	waitBlocking,
} from "@framewright/ring-buffer";
import { describe, expect, test } from "vitest";
import { HEADER_BYTES, poke, text, thrownBy } from "./support.ts";

function overwritable(capacity = 64) {
	const memory = createRing("messages", capacity, { overwritable: true });
	return {
		memory,
		producer: new MessageProducer(memory),
		consumer: new MessageConsumer(memory),
	};
}

describe("an overwritable ring", () => {
	test("drops the oldest messages, as many as the new one needs, and counts them", () => {
		const { producer, consumer } = overwritable();
		for (const message of ["a", "b", "c", "d", "e"])
			expect(producer.overwrite(text(message))).toBe(true);
		expect(producer.drops).toBe(1);
		expect(producer.overwrite(new Uint8Array(24))).toBe(true);
		expect(consumer.drops).toBe(3);
		expect(consumer.read()).toEqual(text("d"));
		expect(consumer.read()).toEqual(text("e"));
		expect(consumer.read()).toEqual(new Uint8Array(24));
		expect(consumer.read()).toBeUndefined();
	});

	test("keeps what is read in place until it is released, and drops the newest meanwhile", () => {
		const { producer, consumer } = overwritable();
		for (const message of ["a", "b", "c", "d"]) producer.write(text(message));
		expect(consumer.next()).toBe(true);
		expect(producer.makeRoom(1)).toBe(false);
		expect(producer.overwrite(text("e"))).toBe(false);
		expect(producer.drops).toBe(1);
		expect(consumer.bytes[consumer.offset]).toBe(97);
		consumer.release();
		expect(producer.overwrite(text("f"))).toBe(true);
		expect(producer.overwrite(text("g"))).toBe(true);
		expect(producer.drops).toBe(2);
		expect(consumer.read()).toEqual(text("c"));
	});

	test("still refuses and waits, when asked to", () => {
		const { producer, consumer } = overwritable(32);
		expect(producer.write(text("a")) && producer.write(text("b"))).toBe(true);
		expect(producer.write(text("c"))).toBe(false);
		expect(waitBlocking(producer, 1, 1)).toBe("timed-out");
		expect(consumer.read()).toEqual(text("a"));
		expect(waitBlocking(producer, 1, 1)).toBe("ready");
	});

	test("makes room for a claim in place", () => {
		const { producer, consumer } = overwritable(32);
		producer.write(text("a"));
		producer.write(text("b"));
		expect(producer.claim(1)).toBe(false);
		expect(producer.makeRoom(1)).toBe(true);
		expect(producer.claim(1)).toBe(true);
		producer.bytes[producer.offset] = 99;
		producer.commit();
		producer.publish();
		expect(consumer.read()).toEqual(text("b"));
		expect(consumer.read()).toEqual(text("c"));
	});

	test("holds what a wait found ready, and nothing while it finds too little", () => {
		const memory = createRing("bytes", 32, { overwritable: true });
		const producer = new StreamProducer(memory, "bytes");
		const consumer = new StreamConsumer(memory, "bytes");
		producer.write(new Uint8Array(20).fill(1));
		expect(consumer.poll(25)).toBeUndefined();
		expect(producer.overwrite(new Uint8Array(20).fill(2))).toBe(20);
		expect(producer.drops).toBe(8);
		expect(consumer.poll(25)).toBe("ready");
		expect(producer.overwrite(new Uint8Array(1))).toBe(0);
		const target = new Uint8Array(32);
		expect(consumer.read(target)).toBe(32);
		expect([target[11], target[12]]).toEqual([1, 2]);
	});

	test("of a stream takes no more than it has capacity for", () => {
		const memory = createRing("float32", 32, { overwritable: true });
		const producer = new StreamProducer(memory, "float32");
		expect(() => producer.overwrite(new Float32Array(33))).toThrow(RangeError);
		expect(producer.overwrite(new Float32Array(32).fill(1))).toBe(32);
		expect(producer.overwrite(new Float32Array(32).fill(2))).toBe(32);
		expect(new StreamConsumer(memory, "float32").drops).toBe(32);
	});

	test("is made on purpose: others throw", () => {
		const memory = createRing("messages", 64);
		const producer = new MessageProducer(memory);
		expect(producer.overwritable).toBe(false);
		expect(() => producer.overwrite(text("a"))).toThrow(
			"not made overwritable",
		);
		expect(() => producer.makeRoom(1)).toThrow("not made overwritable");
	});

	test("can be attached to while the other side runs", () => {
		const memory = createRing("messages", 64, { overwritable: true });
		const producer = new MessageProducer(memory);
		for (let i = 0; i < 9; i++) producer.overwrite(Uint8Array.of(i));
		const consumer = new MessageConsumer(memory);
		expect(consumer.overwritable).toBe(true);
		expect(consumer.read()).toEqual(Uint8Array.of(5));
	});
});

describe("a corrupted overwritable ring", () => {
	test("kills the producer: a record that it did not write so", () => {
		for (const length of [-2, 25, 2 ** 31 - 1, -1]) {
			const { memory, producer } = overwritable();
			for (const message of ["a", "b", "c", "d"]) producer.write(text(message));
			new Int32Array(memory, HEADER_BYTES)[0] = length;
			const fault = thrownBy(() => producer.overwrite(text("e")));
			expect(fault).toMatchObject({
				name: "DecodeError",
				code: "invalid-length",
				offset: HEADER_BYTES,
			});
			expect(thrownBy(() => producer.overwrite(text("e")))).toBe(fault);
		}
	});

	test("kills the consumer: a position that is held already, or is none", () => {
		for (const read of [-(2 ** 31), 12, 24]) {
			const { memory, producer, consumer } = overwritable();
			producer.write(text("a"));
			poke(memory, "read", read);
			const fault = thrownBy(() => consumer.next());
			expect(fault).toMatchObject({ code: "invalid-length" });
			expect(thrownBy(() => consumer.poll(1))).toBe(fault);
		}
	});

	test("names the flags that nobody sets", () => {
		const { memory } = overwritable();
		poke(memory, "flags", 4);
		expect(thrownBy(() => new MessageConsumer(memory))).toMatchObject({
			code: "invalid-value",
			offset: 16,
		});
	});
});
