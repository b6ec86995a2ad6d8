import { cobs, cobsCodec } from "@framewright/cobs";
import { ByteWriter, codecLayer, Skipped, stack } from "@framewright/codec";
import { describe, expect, test, vi } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const MiB = 1024 * 1024;

test("bad options throw when the layer is made, and name the option", () => {
	for (const maxLength of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
		expect(() => cobs({ maxLength })).toThrow(RangeError);
		expect(() => cobs({ maxLength })).toThrow(/maxLength must be/);
	}
});

describe("the encoder", () => {
	test("refuses a frame over the limit, also if its length is known only when it is there", () => {
		const layer = cobs({ maxLength: 2 });
		const writer = new ByteWriter();
		expect(() => writer.append(layer.encoder(), text("abc"))).toThrow(
			"A frame may have 2 bytes at most, not 3",
		);
		expect(writer.length).toBe(0);
		const letters = codecLayer({
			encode: (value: string) => text(value),
			decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
		});
		const encoder = stack(layer, letters).encoder();
		expect(() => encoder.encode("abc")).toThrow(RangeError);
		expect(encoder.encode("ab")).toEqual(Uint8Array.of(3, 97, 98, 0));
	});

	test("stuffs in place what a layer above has written, and touches nothing around it", () => {
		const encoder = cobs().encoder();
		const writer = new ByteWriter();
		for (const size of [0, 1, 70, 253, 254, 255, 600, 5000, 40_000]) {
			const frame = Uint8Array.from({ length: size }, (_, i) =>
				i % 1000 === 3 ? 0 : 97,
			);
			writer.write(text("before"));
			const start = encoder.begin(writer);
			writer.write(frame);
			encoder.finish(writer, start);
			writer.write(text("after"));
			const wire = writer.take();
			expect(wire.subarray(0, 6)).toEqual(text("before"));
			expect(wire.subarray(-5)).toEqual(text("after"));
			expect(wire.subarray(6, -5)).toEqual(encoder.encode(frame));
			const decoder = cobs().decoder();
			decoder.push(wire.slice(6, -5));
			expect(decoder.pull()).toEqual(frame);
		}
	});
});

describe("who owns the bytes", () => {
	test("a frame of one block is a view of its chunk", () => {
		for (const size of [0, 3, 254]) {
			const chunk = cobs().encoder().encode(new Uint8Array(size).fill(97));
			const decoder = cobs().decoder();
			decoder.push(chunk);
			expect(decoder.pull()?.buffer).toBe(chunk.buffer);
		}
	});

	test("frames of several blocks share memory that is no larger than their chunk", () => {
		const frame = Uint8Array.of(1, 0, 2, 0, 3);
		const encoding = cobs().encoder().encode(frame);
		const chunk = Uint8Array.from([...encoding, ...encoding]);
		const decoder = cobs().decoder();
		decoder.push(chunk);
		const [first, second] = [decoder.pull(), decoder.pull()];
		expect([first, second]).toEqual([frame, frame]);
		expect(first?.buffer).toBe(second?.buffer);
		expect(first?.buffer.byteLength).toBeLessThanOrEqual(chunk.length);
		expect(decoder.bytesHeld).toBeGreaterThan(0);
		expect(decoder.pull()).toBeUndefined();
		expect(decoder.bytesHeld).toBe(0);
	});

	test("with copy, each has memory of its own, and what they are copied from is used again", () => {
		const frame = Uint8Array.of(1, 0, 2);
		const wire = cobs().encoder().encode(frame);
		const chunk = new Uint8Array(100 * wire.length);
		for (let i = 0; i < 100; i++) chunk.set(wire, i * wire.length);
		const decoder = cobs({ copy: true }).decoder();
		decoder.push(chunk);
		const memory = new Set<ArrayBufferLike>();
		for (let i = 0; i < 100; i++) {
			expect(decoder.next()).toBe(true);
			memory.add(decoder.frameBytes.buffer);
		}
		expect(memory.size).toBe(1);
		decoder.push(chunk);
		const frames = Array.from({ length: 100 }, () => decoder.pull());
		expect(frames.every((f) => f?.buffer.byteLength === 3)).toBe(true);
		expect(frames[99]).toEqual(frame);
	});
});

describe("a frame over the limit", () => {
	const endless = new Uint8Array(64 * 1024).fill(97);

	test("is refused before it has ended, by default at 8 MiB", () => {
		const decoder = cobs().decoder();
		let pushed = 0;
		expect(() => {
			for (; pushed < 9 * MiB; pushed += endless.length) {
				decoder.push(endless);
				decoder.pull();
			}
		}).toThrow(expect.objectContaining({ code: "too-large", limit: 8 * MiB }));
		// A code announces its block: the last byte need not have come.
		expect(pushed).toBe(8 * MiB - endless.length);
		expect(decoder.bytesHeld).toBe(0);
	});

	test("is dropped as it comes with resync: nothing is held, and the next one comes out", () => {
		const decoder = cobs({ maxLength: 1000, resync: true }).decoder();
		decoder.push(text("abc"));
		expect(decoder.pull()).toBeUndefined();
		decoder.push(endless);
		const skipped = decoder.pull();
		expect(skipped).toBeInstanceOf(Skipped);
		expect(skipped).toMatchObject({ code: "too-large", limit: 1000 });
		for (let i = 0; i < 100; i++) {
			expect(decoder.pull()).toBeUndefined();
			expect(decoder.bytesHeld).toBe(0);
			decoder.push(endless);
		}
		decoder.push(Uint8Array.of(97, 0, 2, 98, 0));
		expect(decoder.pull()).toEqual(text("b"));
		expect(decoder.itemOffset).toBe(3 + 101 * endless.length + 3);
	});
});

test("the end of the input inside a frame, skipped or not, tells how much of it has come", () => {
	for (const resync of [true, false]) {
		const decoder = cobs({ maxLength: resync ? 2 : 200, resync }).decoder();
		decoder.push(text("abc"));
		if (resync) expect(decoder.pull()).toBeInstanceOf(Skipped);
		expect(decoder.pull()).toBeUndefined();
		decoder.push(text("def"));
		decoder.end();
		expect(() => decoder.pull()).toThrow(
			expect.objectContaining({
				code: "truncated",
				message: "The input ended 6 bytes into a frame",
				part: "frame",
				have: 6,
				offset: 6,
			}),
		);
	}
});

test("rest() hands over an unfinished frame as it came, and forgets what was known of it", () => {
	for (const bytes of [
		[2, 97, 3],
		[9, 97],
	]) {
		const decoder = cobs({ maxLength: 5, resync: true }).decoder();
		decoder.push(Uint8Array.from(bytes));
		if (bytes[0] === 9) expect(decoder.pull()).toBeInstanceOf(Skipped);
		else expect(decoder.pull()).toBeUndefined();
		expect(decoder.rest()).toEqual(Uint8Array.from(bytes));
		expect(decoder.bytesHeld).toBe(0);
		decoder.push(Uint8Array.of(6, 97, 98, 99, 100, 101, 0));
		expect(decoder.pull()).toEqual(text("abcde"));
	}
});

describe("cobsCodec", () => {
	test("refuses what is no encoding at all", () => {
		expect(() => cobsCodec.decode(new Uint8Array(0))).toThrow(
			expect.objectContaining({ code: "invalid-length", offset: 0 }),
		);
	});

	test("gives one block back as a view, and leaves its input as it was", () => {
		for (const frame of [text("abc"), Uint8Array.of(1, 0, 2)]) {
			const encoding = cobsCodec.encode(frame);
			const before = encoding.slice();
			const decoded = cobsCodec.decode(
				Buffer.from(encoding.buffer, 0, encoding.length),
			);
			expect(decoded).toEqual(frame);
			expect(decoded.constructor).toBe(Uint8Array);
			expect(encoding).toEqual(before);
			expect(decoded.buffer === encoding.buffer).toBe(frame[1] !== 0);
		}
	});

	test("makes a layer for transports that keep message boundaries", () => {
		const layer = codecLayer(cobsCodec);
		const decoder = layer.decoder();
		decoder.push(layer.encoder().encode(text("a\0b")));
		expect(decoder.pull()).toEqual(text("a\0b"));
	});
});

test("8 MiB in 1,460-byte chunks: every byte is copied at most four times", () => {
	const frame = new Uint8Array(8 * MiB).fill(97);
	const wire = cobs().encoder().encode(frame);
	const decoder = cobs().decoder();
	const set = vi.spyOn(Uint8Array.prototype, "set");
	let found: Uint8Array | undefined;
	for (let at = 0; at < wire.length; at += 1460) {
		decoder.push(wire.subarray(at, at + 1460));
		found = decoder.pull() ?? found;
	}
	const copied = set.mock.calls.reduce((sum, [from]) => sum + from.length, 0);
	set.mockRestore();
	expect(Buffer.compare(found as Uint8Array, frame)).toBe(0);
	expect(copied).toBeLessThanOrEqual(4 * wire.length);
});
