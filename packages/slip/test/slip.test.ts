import { ByteWriter, codecLayer, Skipped, stack } from "@framewright/codec";
import { type SlipOptions, slip } from "@framewright/slip";
import { describe, expect, test, vi } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const MiB = 1024 * 1024;

test("bad options throw when the layer is made, and name the option", () => {
	for (const maxLength of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
		expect(() => slip({ maxLength })).toThrow(RangeError);
		expect(() => slip({ maxLength })).toThrow(/maxLength must be .*1 or more/);
	}
});

describe("the encoder", () => {
	test("refuses an empty packet, which a decoder would ignore", () => {
		for (const options of [{}, { leadingEnd: false }]) {
			const encoder = slip(options).encoder();
			const writer = new ByteWriter();
			expect(() => writer.append(encoder, text(""))).toThrow(RangeError);
			expect(writer.length).toBe(0);
			expect(() => encoder.encode(text(""))).toThrow(
				"A packet may have 1 to 8388608 bytes, not 0",
			);
		}
	});

	test("refuses a packet over the limit, also if its length is known only when it is there", () => {
		const layer = slip({ maxLength: 2 });
		expect(() => layer.encoder().encode(text("abc"))).toThrow(
			"A packet may have 1 to 2 bytes, not 3",
		);
		const letters = codecLayer({
			encode: (value: string) => text(value),
			decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
		});
		const encoder = stack(layer, letters).encoder();
		expect(() => encoder.encode("abc")).toThrow(RangeError);
		expect(encoder.encode("ab")).toEqual(Uint8Array.of(0xc0, 97, 98, 0xc0));
	});

	test("escapes in place what a layer above has written", () => {
		const encoder = slip().encoder();
		const writer = new ByteWriter();
		for (const size of [1, 70, 5000, 40_000]) {
			const packet = Uint8Array.from({ length: size }, (_, i) =>
				i % 100 === 99 ? 0xc0 : i % 1000 === 3 ? 0xdb : 97,
			);
			writer.write(text("before"));
			const start = encoder.begin(writer);
			writer.write(packet);
			encoder.finish(writer, start);
			const wire = writer.take();
			expect(wire.subarray(6)).toEqual(encoder.encode(packet));
			const decoder = slip().decoder();
			decoder.push(wire.slice(6));
			expect(decoder.pull()).toEqual(packet);
		}
	});

	test("leaves no trace of its marks in what is written next", () => {
		const encoder = slip({ leadingEnd: false }).encoder();
		const writer = new ByteWriter(64);
		encoder.encodeInto(text("a"), writer);
		writer.reserve(0);
		encoder.encodeInto(text("b"), writer);
		expect(writer.take()).toEqual(Uint8Array.of(97, 0xc0, 98, 0xc0));
	});
});

describe("who owns the bytes", () => {
	test("a packet without escapes is a view of its chunk", () => {
		const chunk = slip().encoder().encode(text("abc"));
		const decoder = slip().decoder();
		decoder.push(chunk);
		expect(decoder.pull()?.buffer).toBe(chunk.buffer);
	});

	test("packets with escapes share memory that is no larger than their chunk", () => {
		const encoder = slip().encoder();
		const packet = Uint8Array.of(1, 0xc0, 2, 0xdb, 3);
		const chunk = Uint8Array.from([
			...encoder.encode(packet),
			...encoder.encode(packet),
		]);
		const decoder = slip().decoder();
		decoder.push(chunk);
		const [first, second] = [decoder.pull(), decoder.pull()];
		expect([first, second]).toEqual([packet, packet]);
		expect(first?.buffer).toBe(second?.buffer);
		expect(first?.buffer.byteLength).toBeLessThanOrEqual(chunk.length);
		expect(decoder.bytesHeld).toBeGreaterThan(0);
		expect(decoder.pull()).toBeUndefined();
		expect(decoder.bytesHeld).toBe(0);
	});

	test("with copy, each has memory of its own, and what they are copied from is used again", () => {
		const packet = Uint8Array.of(1, 0xc0, 2);
		const wire = slip().encoder().encode(packet);
		const decoder = slip({ copy: true }).decoder();
		const chunk = new Uint8Array(100 * wire.length);
		for (let i = 0; i < 100; i++) chunk.set(wire, i * wire.length);
		decoder.push(chunk);
		const memory = new Set<ArrayBufferLike>();
		for (let i = 0; i < 100; i++) {
			expect(decoder.next()).toBe(true);
			memory.add(decoder.frameBytes.buffer);
		}
		expect(memory.size).toBe(1);
		decoder.push(chunk);
		const packets = Array.from({ length: 100 }, () => decoder.pull());
		expect(packets.every((p) => p?.buffer.byteLength === 3)).toBe(true);
		expect(packets[99]).toEqual(packet);
	});
});

describe("a packet over the limit", () => {
	const endless = new Uint8Array(64 * 1024).fill(97);

	test("is refused before it has ended, by default at 8 MiB", () => {
		const decoder = slip().decoder();
		let pushed = 0;
		expect(() => {
			for (; pushed < 9 * MiB; pushed += endless.length) {
				decoder.push(endless);
				decoder.pull();
			}
		}).toThrow(
			expect.objectContaining({
				code: "too-large",
				offset: 8 * MiB,
				limit: 8 * MiB,
			}),
		);
		expect(pushed).toBe(8 * MiB);
		expect(decoder.bytesHeld).toBe(0);
	});

	test("is dropped as it comes with resync: nothing is held, and the next one comes out", () => {
		const decoder = slip({ maxLength: 1000, resync: true }).decoder();
		decoder.push(text("abc"));
		expect(decoder.pull()).toBeUndefined();
		decoder.push(endless);
		const skipped = decoder.pull();
		expect(skipped).toBeInstanceOf(Skipped);
		expect(skipped).toMatchObject({
			code: "too-large",
			offset: 1000,
			limit: 1000,
		});
		for (let i = 0; i < 100; i++) {
			expect(decoder.pull()).toBeUndefined();
			expect(decoder.bytesHeld).toBe(0);
			decoder.push(endless);
		}
		decoder.push(Uint8Array.of(97, 0xc0, 98, 0xc0));
		expect(decoder.pull()).toEqual(text("b"));
		expect(decoder.itemOffset).toBe(3 + 101 * endless.length + 2);
	});
});

describe("the end of the input", () => {
	test("inside a packet tells how much of it has come", () => {
		const decoder = slip().decoder();
		decoder.push(Uint8Array.of(0xc0, 97, 0xdb));
		decoder.end();
		expect(() => decoder.pull()).toThrow(
			expect.objectContaining({
				code: "truncated",
				message: "The input ended 2 bytes into a packet",
				part: "packet",
				have: 2,
			}),
		);
	});

	test("inside a skipped packet counts what was dropped of it", () => {
		const decoder = slip({ maxLength: 2, resync: true }).decoder();
		decoder.push(text("abcdef"));
		expect(decoder.pull()).toBeInstanceOf(Skipped);
		expect(decoder.pull()).toBeUndefined();
		decoder.push(text("ghi"));
		decoder.end();
		expect(() => decoder.pull()).toThrow(
			expect.objectContaining({ part: "packet", have: 9, offset: 9 }),
		);
	});
});

test("rest() hands over an unfinished packet as it came, and forgets what was known of it", () => {
	const options: SlipOptions = { maxLength: 5, resync: true };
	for (const wire of ["61 db", "db dc 62 63 64 65", "61 db 07 62"]) {
		const bytes = Uint8Array.from(wire.split(" "), (b) => Number(`0x${b}`));
		const decoder = slip(options).decoder();
		decoder.push(bytes);
		if (wire.includes("07")) expect(decoder.pull()).toBeInstanceOf(Skipped);
		else expect(decoder.pull()).toBeUndefined();
		expect(decoder.rest()).toEqual(bytes);
		expect(decoder.bytesHeld).toBe(0);
		decoder.push(Uint8Array.of(0xdc, 97, 98, 99, 100, 0xc0));
		expect(decoder.pull()).toEqual(Uint8Array.of(0xdc, 97, 98, 99, 100));
	}
});

test("8 MiB with an escape in 1,460-byte chunks: every byte is copied at most four times", () => {
	const packet = new Uint8Array(8 * MiB)
		.fill(97)
		.fill(0xc0, 5 * MiB, 5 * MiB + 1);
	const wire = slip().encoder().encode(packet);
	const decoder = slip().decoder();
	const set = vi.spyOn(Uint8Array.prototype, "set");
	let found: Uint8Array | undefined;
	for (let at = 0; at < wire.length; at += 1460) {
		decoder.push(wire.subarray(at, at + 1460));
		found = decoder.pull() ?? found;
	}
	const copied = set.mock.calls.reduce((sum, [from]) => sum + from.length, 0);
	set.mockRestore();
	expect(Buffer.compare(found as Uint8Array, packet)).toBe(0);
	expect(copied).toBeLessThanOrEqual(4 * wire.length);
});
