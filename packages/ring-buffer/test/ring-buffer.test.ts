import {
	createRing,
	DIED,
	ENDED,
	MessageConsumer,
	MessageProducer,
	markDead,
	OPEN,
	StreamConsumer,
	StreamProducer,
	waitAsync,
	waitBlocking,
} from "@framewright/ring-buffer";
import { describe, expect, test } from "vitest";
import { HEADER_BYTES, messages, poke, ringAt, text } from "./support.ts";

describe("messages", () => {
	test("the longest fits into an empty ring wherever it starts, a longer one never", () => {
		const { producer, consumer } = messages(64);
		const longest = new Uint8Array(producer.maxLength).fill(9);
		for (let i = 0; i < 9; i++) {
			expect(producer.write(longest)).toBe(true);
			expect(consumer.read()).toEqual(longest);
			expect(producer.write(new Uint8Array(0))).toBe(true);
			expect(consumer.read()).toEqual(new Uint8Array(0));
		}
		for (const length of [producer.maxLength + 1, -1, 0.5, Number.NaN])
			expect(() => producer.claim(length)).toThrow(RangeError);
	});

	test("a copy is not shared, so that TextDecoder and others take it", () => {
		const { producer, consumer } = messages();
		producer.write(text("hello"));
		const copy = consumer.read();
		expect(copy?.buffer).toBeInstanceOf(ArrayBuffer);
		expect(new TextDecoder().decode(copy)).toBe("hello");
	});

	test("a message of any alignment and length is copied whole", () => {
		const { producer, consumer } = messages(131_072);
		const bytes = Uint8Array.from({ length: 60_000 }, (_, i) => i * 31);
		for (const length of [511, 512, 1023, 1024, 16_391, 50_000])
			for (let from = 0; from < 8; from++) {
				const message = bytes.subarray(from, from + length);
				expect(producer.write(message)).toBe(true);
				const copy = consumer.read() as Uint8Array;
				expect(copy.buffer).toBeInstanceOf(ArrayBuffer);
				expect(Buffer.compare(copy, message)).toBe(0);
			}
	});

	test("who has closed is told how the other side has ended, whatever was left unread", () => {
		const { producer, consumer } = messages();
		producer.write(text("unread"));
		consumer.close();
		producer.close(7);
		expect([producer.end, consumer.end]).toEqual([ENDED, 7]);
	});

	test("the sequence of a record is its position, 31 bits of it, and 0 once it was read", () => {
		const memory = ringAt(-16, "messages", 64);
		const [producer, consumer] = [
			new MessageProducer(memory),
			new MessageConsumer(memory),
		];
		producer.write(text("a"));
		producer.write(text("b"));
		const words = new Int32Array(memory, HEADER_BYTES);
		expect([words[13], words[1]]).toEqual([0x7fff_fff1, 1]);
		consumer.next();
		expect([words[13], words[1]]).toEqual([0, 1]);
	});

	test("a claim is not seen before it is committed and published, nor when it is given up", () => {
		const { producer, consumer } = messages();
		producer.claim(8);
		producer.publish();
		expect(consumer.next()).toBe(false);
		producer.commit(3);
		expect(consumer.next()).toBe(false);
		producer.publish();
		expect(consumer.next()).toBe(true);
		expect(consumer.length).toBe(3);
		producer.claim(8);
		producer.abort();
		expect(() => producer.commit()).toThrow("needs a claim()");
		producer.claim(8);
		expect(() => producer.commit(9)).toThrow("8 bytes were claimed, not 9");
	});
});

describe("the end", () => {
	test.each([ENDED, 1, 2 ** 31 - 1])(
		"%i of the producer is seen after the last message",
		(code) => {
			const { producer, consumer } = messages();
			producer.append(text("last"));
			producer.close(code);
			producer.close(5);
			expect(consumer.end).toBe(OPEN);
			consumer.next();
			expect(consumer.end).toBe(code);
			expect(() => producer.write(text("more"))).toThrow("was closed here");
		},
	);

	test("of the consumer is seen at once, and ends the producer's waits", () => {
		const { producer, consumer } = messages();
		producer.write(text("unread"));
		consumer.close(42);
		expect(producer.end).toBe(42);
		expect(waitBlocking(producer)).toBe("ended");
		expect(() => consumer.next()).toThrow("was closed here");
	});

	test("lasts once it was told, though a producer that was marked dead lives and publishes", () => {
		const { memory, producer, consumer } = messages();
		markDead(memory, "producer");
		expect(consumer.end).toBe(DIED);
		producer.write(text("late"));
		expect(consumer.end).toBe(DIED);
	});

	test("takes a code above 0", () => {
		const { producer } = messages();
		for (const code of [0, -2, 1.5, 2 ** 31])
			expect(() => producer.close(code)).toThrow(RangeError);
	});

	test("by death does not count after a close, and is seen after what was published", () => {
		const { memory, producer, consumer } = messages();
		producer.write(text("whole"));
		producer.append(text("never published"));
		markDead(memory, "producer");
		expect(consumer.read()).toEqual(text("whole"));
		expect(consumer.end).toBe(DIED);
		consumer.close();
		markDead(memory, "consumer");
		expect(producer.end).toBe(ENDED);
	});

	test("by death wakes the survivor, though the dead had set its word back and not lived to notify", async () => {
		const { memory, consumer } = messages();
		const wait = waitAsync(consumer, 10_000);
		await new Promise((resolve) => setTimeout(resolve, 5));
		poke(memory, "consumerWake", 0);
		markDead(memory, "producer");
		expect(await wait).toBe("ended");
	});

	test("drops what was claimed and not committed", () => {
		const { producer } = messages();
		producer.claim(4);
		producer.close();
		expect(() => producer.commit()).toThrow("was closed here");
	});
});

describe("figures", () => {
	test("tell the fill, its highest, and drops", () => {
		const { producer, consumer } = messages(64);
		for (let i = 0; i < 4; i++) producer.write(new Uint8Array(8));
		expect([producer.fill, consumer.free]).toEqual([64, 0]);
		expect(producer.writeOrDrop(new Uint8Array(1))).toBe(false);
		while (consumer.read() !== undefined);
		expect([consumer.fill, consumer.highWatermark, consumer.drops]).toEqual([
			0, 64, 1,
		]);
	});
});

describe("a stream", () => {
	test("carries an audio worklet's blocks", () => {
		const memory = createRing("float32", 256);
		const producer = new StreamProducer(memory, "float32");
		const consumer = new StreamConsumer(memory, "float32");
		const block = Float32Array.from({ length: 128 }, (_, i) => Math.sin(i));
		expect([
			producer.write(block),
			producer.write(block),
			producer.write(block),
		]).toEqual([128, 128, 0]);
		const out = new Float32Array(128);
		expect(consumer.read(out)).toBe(128);
		expect(out).toEqual(block);
	});

	test("copies more than a loop would, round the end", () => {
		const memory = createRing("bytes", 1024);
		const producer = new StreamProducer(memory, "bytes");
		const consumer = new StreamConsumer(memory, "bytes");
		const source = Uint8Array.from({ length: 700 }, (_, i) => i);
		for (let i = 0; i < 5; i++) {
			expect(producer.write(source)).toBe(700);
			const target = new Uint8Array(900);
			expect(consumer.read(target)).toBe(700);
			expect(target.subarray(0, 700)).toEqual(source);
		}
		// However the bytes lie to multiples of 8, in the ring and beside it, shared or not.
		for (let shift = 0; shift < 64; shift++) {
			for (const { buffer } of [new Uint8Array(800), producer.elements]) {
				const to = new Uint8Array(
					buffer.constructor === ArrayBuffer
						? new ArrayBuffer(800)
						: new SharedArrayBuffer(800),
					shift % 8,
					700,
				);
				to.set(source);
				expect(producer.write(to)).toBe(700);
				to.fill(0);
				expect(consumer.read(to)).toBe(700);
				expect(Buffer.compare(to, source)).toBe(0);
			}
			expect(producer.write(source, 0, 1 + (shift >> 3))).toBe(
				1 + (shift >> 3),
			);
			consumer.next();
			consumer.release();
		}
		expect(producer.write(source, 100, 103)).toBe(3);
		const target = new Uint8Array(3);
		consumer.read(target);
		expect([...target]).toEqual([100, 101, 102]);
		expect(() => producer.write(source, 5, 701)).toThrow(RangeError);
		expect(() => producer.claim(1.5)).toThrow(RangeError);
		expect(() => consumer.next(0)).toThrow(RangeError);
	});
});
